import DiscernModels
import DiscernVocabulary

extension NGramClassifier {
  /// The file of its weights.
  var weightsFile: SafetensorsWriter {
    var writer = SafetensorsWriter()
    for tensor in tensors {
      switch tensor.values {
      case .float32(let values): writer.add(tensor.name, shape: tensor.shape, values)
      case .int8(let values): writer.add(tensor.name, shape: tensor.shape, .int8(values))
      }
    }
    return writer
  }

  /// Reads and checks that file.
  init(
    _ vocabulary: NGramVocabulary, heads: [HeadConfiguration], _ file: SafetensorsFile
  ) throws(ModelFolderError) {
    var tensors: [NGramTensor] = []
    do throws(BundleError) {
      for tensor in file.header.tensors {
        let values: NGramTensor.Values =
          tensor.type == .int8
          ? .int8(try file.int8s(tensor.name)) : .float32(try file.floats(tensor.name))
        tensors.append(NGramTensor(name: tensor.name, shape: tensor.shape, values))
      }
    } catch {
      throw .bundle(error)
    }
    do throws(ModelError) {
      try self.init(vocabulary: vocabulary, heads: heads, tensors: tensors)
    } catch {
      throw .model(path: file.path, error, defaults: [])
    }
  }
}
