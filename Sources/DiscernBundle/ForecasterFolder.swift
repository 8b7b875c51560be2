import DiscernIO
import DiscernModels
import DiscernTensor

/// The scaling of a column's numbers for a network: (value − offset) / scale.
public struct ColumnScale: Codable, Hashable, Sendable {
  /// The value that becomes 0.
  public let offset: Double
  /// Above 0.
  public let scale: Double

  package init(offset: Double, scale: Double) {
    self.offset = offset
    self.scale = scale
  }

  /// The scaling that maps bounds to −1 and 1.
  package init(_ bounds: ClosedRange<Double>) {
    offset = bounds.lowerBound / 2 + bounds.upperBound / 2
    scale = bounds.upperBound / 2 - bounds.lowerBound / 2
  }

  package func scaled(_ value: Float) -> Float { Float((Double(value) - offset) / scale) }
  package func unscaled(_ value: Double) -> Double { value * scale + offset }
}

/// A forecaster: the network, its columns and their scales.
///
/// The folder is laid out like a model's: `manifest.json` and its digest, and `weights.safetensors`.
package struct ForecasterFolder<Facts: Codable & Sendable>: SavableFolder, Sendable {
  package static var format: BundleFormat { .forecaster }

  package let network: ForecastNetwork
  /// The columns that are read, in the network's order, and their scales.
  package let columns: [String]
  package let scales: [ColumnScale]
  /// The indices of the columns that are forecast.
  package let targets: [Int]
  /// Whether the network's outputs are differences from a window's last value.
  package let isRelative: Bool
  package let facts: Facts

  private struct Content: Codable {
    let network: ForecastConfiguration
    let columns: [String]
    let scales: [ColumnScale]
    let targets: [Int]
    let isRelative: Bool
    let training: Facts
  }

  private static var weightsFile: String { "weights.safetensors" }

  package init(
    network: ForecastNetwork, columns: [String], scales: [ColumnScale], targets: [Int], isRelative: Bool,
    facts: Facts
  ) {
    self.network = network
    self.columns = columns
    self.scales = scales
    self.targets = targets
    self.isRelative = isRelative
    self.facts = facts
  }

  /// Reads and checks a folder.
  package init(path: String) throws(ModelFolderError) {
    self = try BundleFolder.reading(
      path, format: Self.format, wrap: ModelFolderError.bundle
    ) { folder throws(ModelFolderError) in try Self(folder) }
  }

  private init(_ folder: BundleFolder) throws(ModelFolderError) {
    let content: Content
    do throws(BundleError) {
      content = try folder.manifest.decode(Content.self)
      try folder.manifest.check(needs: [])
    } catch {
      throw .bundle(error)
    }
    let configuration = content.network
    let path = BundleManifest.join(folder.path, BundleManifest.fileName)
    let expected: [(name: String, shape: [Int])]
    do throws(ModelError) { expected = try ForecastNetwork.shapes(configuration) } catch {
      throw .model(path: path, error, defaults: [])
    }
    func require(_ holds: Bool, _ what: String, _ wanted: String) throws(ModelFolderError) {
      if !holds { throw .inconsistent(path: folder.path, what: what, expected: wanted) }
    }
    try require(
      content.columns.count == configuration.inputCount && content.scales.count == configuration.inputCount,
      "there are \(content.columns.count) columns and \(content.scales.count) scales",
      "\(configuration.inputCount) each, as inputCount")
    try require(
      content.targets.count == configuration.targetCount
        && content.targets.allSatisfy(content.columns.indices.contains),
      "targets are \(content.targets)", "\(configuration.targetCount) numbers of columns, as targetCount")
    try require(
      content.scales.allSatisfy { $0.offset.isFinite && $0.scale.isFinite && $0.scale > 0 },
      "the scale of a column is not a positive number", "finite numbers, scales above 0")
    if let bounds = configuration.bounds, bounds.count == 2, bounds[0] < bounds[1] {
      try require(
        !content.isRelative
          && content.targets.allSatisfy {
            content.scales[$0] == ColumnScale(bounds[0]...bounds[1])
          }, "targets are not scaled to their bounds", "scales that make them -1 and 1, and isRelative false")
    }
    let file = try folder.weights(Self.weightsFile) { shapes throws(ModelError) in
      try ModelError.check(shapes, against: expected)
    }
    network = try ForecastNetwork(
      configuration, wrap: { .model(path: file.path, $0, defaults: []) },
      reading: { name, target throws(ModelFolderError) in
        do throws(BundleError) { try file.read(name, into: target) } catch { throw .bundle(error) }
      })
    columns = content.columns
    scales = content.scales
    targets = content.targets
    isRelative = content.isRelative
    facts = content.training
  }

  package func put(
    at path: String, expecting found: ModelDestination.Found?
  ) throws(BundleError) -> SavedModel {
    let folder = try AtomicFolder(destination: path, format: Self.format)
    var writer = SafetensorsWriter()
    for (name, shape, values) in network.weights.tensors { writer.add(name, shape: shape, values.array) }
    _ = try writer.write(to: folder.path(of: Self.weightsFile))
    try folder.writeManifest(
      Content(
        network: network.configuration, columns: columns, scales: scales, targets: targets,
        isRelative: isRelative, training: facts))
    return SavedModel(path: path, notes: try folder.commit(expecting: found))
  }
}
