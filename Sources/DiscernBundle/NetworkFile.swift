import DiscernModels
import DiscernTensor

/// A file of a network's weights whose names and shapes match its configuration.
struct NetworkFile {
  static let scaleSuffix = ".scale"

  let file: SafetensorsFile
  /// Whether it has the weights that training does not change, rather than the others.
  let isFixed: Bool
  /// By name: the shapes of the 8-bit matrices.
  private let shapes: [String: [Int]]
  private let defaults: [String]

  /// - Parameter defaults: keys missing in the manifest, whose defaults were used.
  init(
    _ folder: BundleFolder, _ name: String, _ configuration: ClassifierConfiguration,
    _ arithmetic: NetworkArithmetic?, isFixed: Bool, _ defaults: [String]
  ) throws(ModelFolderError) {
    var expected: [String: [Int]] = [:]
    file = try folder.weights(name, defaults: defaults) { shapes throws(ModelError) in
      var shapes = shapes
      if arithmetic == .int8 {
        let fixed = try NeuralClassifier.layout(configuration).fixedNames
        expected = try NeuralClassifier.quantizedShapes(configuration).filter {
          fixed.contains($0.key) == isFixed
        }
      }
      for (name, shape) in expected {
        let scale = name + Self.scaleSuffix
        guard let found = shapes.removeValue(forKey: scale) else { throw .missingWeight(name: scale) }
        if found != [shape[0]] { throw .wrongShape(name: scale, expected: [shape[0]], got: found) }
      }
      try NeuralClassifier.check(configuration, shapes: shapes, isFixed: isFixed)
    }
    shapes = expected
    self.isFixed = isFixed
    self.defaults = defaults
  }

  /// Its 8-bit matrices, by name.
  ///
  /// - Parameter known: matrices that are reused, and not read again.
  func quantized(
    besides known: [String: QuantizedMatrix]
  ) throws(ModelFolderError) -> [String: QuantizedMatrix] {
    var result: [String: QuantizedMatrix] = [:]
    for (name, shape) in shapes {
      if let matrix = known[name] {
        result[name] = matrix
        continue
      }
      let matrix: QuantizedMatrix
      do throws(BundleError) {
        matrix = QuantizedMatrix(
          rows: shape[0], columns: shape[1], values: try file.int8s(name),
          scales: try file.floats(name + Self.scaleSuffix))
      } catch {
        throw .bundle(error)
      }
      if let row = matrix.scales.firstIndex(where: { $0 < 0 || $0 > QuantizedMatrix.largestScale }) {
        throw .model(
          path: file.path,
          .impossibleStatistic(
            name: name + Self.scaleSuffix, index: row, value: matrix.scales[row],
            expected: "0 to \(QuantizedMatrix.largestScale)"), defaults: defaults)
      }
      result[name] = matrix
    }
    return result
  }
}
