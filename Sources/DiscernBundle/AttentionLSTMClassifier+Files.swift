import DiscernIO
import DiscernModels
import DiscernTensor

extension AttentionLSTMClassifier {
  /// What holds its weights on disk: floats, halves, and what it has in 8 bits as `NAME` with `NAME.scale`
  /// [rows]. Running statistics are floats always.
  var weightsFile: SafetensorsWriter {
    var writer = SafetensorsWriter()
    let states = Set(weights.layout.states.map(\.name))
    for (name, shape) in shapes {
      if let quantized = weights.quantized[name] {
        writer.add(name, shape: shape, .int8(quantized.values))
        writer.add(name + Self.scaleSuffix, shape: [quantized.rows], quantized.scales)
        continue
      }
      guard let values = weights[name] else { continue }
      if isHalf && !states.contains(name) {
        writer.add(name, shape: shape, .float16(values.array.map(HalfPrecision.bits)))
      } else {
        writer.add(name, shape: shape, values.array)
      }
    }
    return writer
  }

  private static var scaleSuffix: String { ".scale" }

  /// Reads a network of floats, straight into their place. The shapes must be those that the configuration
  /// asks for.
  ///
  /// - Parameter defaults: keys of the manifest in whose place a default was taken.
  init(
    _ folder: BundleFolder, _ name: String, _ configuration: ClassifierConfiguration, _ defaults: [String]
  ) throws(ModelFolderError) {
    let file = try folder.weights(name, defaults: defaults) { shapes throws(ModelError) in
      try Self.check(configuration, shapes: shapes)
    }
    func read(_ name: String, _ target: UnsafeMutableBufferPointer<Float>) throws(ModelFolderError) {
      do throws(BundleError) { try file.read(name, into: target) } catch { throw .bundle(error) }
    }
    try self.init(
      configuration: configuration, wrap: { .model(path: file.path, $0, defaults: defaults) }, reading: read)
    isHalf = file.header.tensors.contains { $0.type == .float16 }
  }

  /// Reads a network with what it has in 8 bits.
  init(
    quantizedIn folder: BundleFolder, _ name: String, _ configuration: ClassifierConfiguration,
    _ defaults: [String]
  ) throws(ModelFolderError) {
    func failure(_ error: ModelError, _ path: String) -> ModelFolderError {
      .model(path: path, error, defaults: defaults)
    }
    var expected: [String: [Int]] = [:]
    let file = try folder.weights(name, defaults: defaults) { shapes throws(ModelError) in
      expected = try Self.quantizedShapes(configuration)
      var shapes = shapes
      for (name, shape) in expected {
        let scale = name + Self.scaleSuffix
        guard let found = shapes.removeValue(forKey: scale) else { throw .missingWeight(name: scale) }
        if found != [shape[0]] { throw .wrongShape(name: scale, expected: [shape[0]], got: found) }
      }
      try Self.check(configuration, shapes: shapes)
    }
    var quantized: [String: QuantizedMatrix] = [:]
    for (name, shape) in expected {
      let matrix: QuantizedMatrix
      do throws(BundleError) {
        matrix = QuantizedMatrix(
          rows: shape[0], columns: shape[1], values: try file.int8s(name),
          scales: try file.floats(name + Self.scaleSuffix))
      } catch {
        throw .bundle(error)
      }
      if let row = matrix.scales.firstIndex(where: { $0 < 0 || $0 > QuantizedMatrix.largestScale }) {
        throw failure(
          .impossibleStatistic(
            name: name + Self.scaleSuffix, index: row, value: matrix.scales[row],
            expected: "0 to \(QuantizedMatrix.largestScale)"), file.path)
      }
      quantized[name] = matrix
    }
    func read(_ name: String, _ target: UnsafeMutableBufferPointer<Float>) throws(ModelFolderError) {
      do throws(BundleError) { try file.read(name, into: target) } catch { throw .bundle(error) }
    }
    try self.init(
      configuration: configuration, quantized: quantized, wrap: { failure($0, file.path) }, reading: read)
  }
}
