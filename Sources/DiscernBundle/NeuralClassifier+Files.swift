import DiscernIO
import DiscernModels
import DiscernTensor

extension NeuralClassifier {
  /// The file of the network's own weights: floats, halves, and 8-bit weights as `NAME` with `NAME.scale`
  /// [rows]. Running statistics are always floats.
  var weightsFile: SafetensorsWriter {
    let fixed = weights.layout.fixedNames
    return file { !fixed.contains($0) }
  }

  /// The file of the weights that training does not change; nil if there are none.
  var fixedWeightsFile: SafetensorsWriter? {
    let fixed = weights.layout.fixedNames
    return fixed.isEmpty ? nil : file(fixed.contains)
  }

  private func file(_ isIn: (String) -> Bool) -> SafetensorsWriter {
    var writer = SafetensorsWriter()
    let states = Set(weights.layout.states.map(\.name))
    for (name, shape) in shapes where isIn(name) {
      if let quantized = weights.quantized[name] {
        writer.add(name, shape: shape, .int8(quantized.values))
        writer.add(name + NetworkFile.scaleSuffix, shape: [quantized.rows], quantized.scales)
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

  /// Reads a network directly into its memory.
  ///
  /// - Parameters:
  ///   - fixed: the weights that training does not change; nil if there are none.
  ///   - other: a network whose fixed weights are shared.
  ///   - defaults: keys missing in the manifest, whose defaults were used.
  init(
    _ own: NetworkFile, _ fixed: NetworkFile?, _ configuration: ClassifierConfiguration,
    sharingFixedOf other: NeuralClassifier?, _ defaults: [String]
  ) throws(ModelFolderError) {
    let files = [own] + [fixed].compactMap(\.self)
    var quantized: [String: QuantizedMatrix] = [:]
    for file in files {
      let known = file.isFixed ? other?.weights.quantized ?? [:] : [:]
      quantized.merge(try file.quantized(besides: known)) { $1 }
    }
    func read(_ name: String, _ target: UnsafeMutableBufferPointer<Float>) throws(ModelFolderError) {
      let file = files.first { $0.file.tensor(name) != nil } ?? own
      do throws(BundleError) { try file.file.read(name, into: target) } catch { throw .bundle(error) }
    }
    try self.init(
      configuration: configuration, quantized: quantized, sharingFixedOf: other,
      wrap: { .model(path: own.file.path, $0, defaults: defaults) }, reading: read)
    isHalf = own.file.header.tensors.contains { $0.type == .float16 }
  }
}
