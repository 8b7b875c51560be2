import DiscernIO
import DiscernModels
import DiscernTensor

/// A pretrained transformer's weights in their file, which is compared with the sizes in `config.json` before
/// any memory is allocated for these.
struct TransformerWeights {
  private let shape: TransformerShape
  private let file: SafetensorsFile
  /// The name in the file for each of the model's names.
  private var names: [String: String] = [:]

  init(_ path: String, _ shape: TransformerShape) throws(TransformerFolderError) {
    self.shape = shape
    file = try TransformerFolder.weights(path)
    let shapes = TransformerModel.shapes(shape.configuration, vocabularySize: shape.vocabularySize)
    // In some files, the names have the prefix of a larger model.
    let prefix = ["", "bert.", "distilbert."].first { prefix in
      shapes.first.map { file.tensor(prefix + shape.name($0.name)) != nil } ?? false
    }
    guard let prefix else {
      throw .unsupported(
        path: file.path, "there is no tensor \(shape.name("embeddings.word_embeddings.weight"))")
    }
    for (name, size) in shapes {
      let own = Self.name(prefix + shape.name(name), in: file)
      do throws(BundleError) { try file.requiredFloats(own, size) } catch { throw .bundle(error) }
      names[name] = own
    }
    try requireNoOthers(prefix)
  }

  /// The name of a weight in a file; old files have other endings for layer norms.
  private static func name(_ name: String, in file: SafetensorsFile) -> String {
    if file.tensor(name) != nil { return name }
    for (ending, old) in [("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")]
    where name.hasSuffix(ending) {
      let former = String(name.dropLast(ending.count) + old)
      if file.tensor(former) != nil { return former }
    }
    return name
  }

  /// Ids of positions and token types, which are the same in all models, and the layer for another text
  /// vector than that by pooling.
  private static let aside = [
    "embeddings.position_ids", "embeddings.token_type_ids", "pooler.dense.weight", "pooler.dense.bias",
  ]
  /// Heads, which read the network's outputs: for masked words and next sentences, classes, answers.
  private static let heads = [
    "cls.", "classifier.", "pre_classifier.", "qa_outputs.", "vocab_transform.", "vocab_layer_norm.",
    "vocab_projector.",
  ]

  /// Throws for other tensors, which may be unknown parts of the network.
  private func requireNoOthers(_ prefix: String) throws(TransformerFolderError) {
    let own = Set(names.values)
    for tensor in file.header.tensors where !own.contains(tensor.name) {
      let name = tensor.name.hasPrefix(prefix) ? String(tensor.name.dropFirst(prefix.count)) : tensor.name
      if Self.aside.contains(name) || Self.heads.contains(where: tensor.name.hasPrefix) { continue }
      throw .unsupported(
        path: file.path,
        "the tensor “\(DisplayText.escaped(tensor.name))” is not part of the network of config.json, which "
          + "has \(shape.configuration.layerCount.counted("layer")), or of a known head")
    }
  }

  func read() throws(TransformerFolderError) -> TransformerModel {
    let model = TransformerModel(shape.configuration, vocabularySize: shape.vocabularySize)
    do throws(BundleError) {
      for (name, size, values) in model.weights.tensors {
        try file.read(
          names[name] ?? name, shape: size,
          into: UnsafeMutableBufferPointer(start: values.pointer, count: values.count))
      }
    } catch {
      throw .bundle(error)
    }
    model.weights.didChange()
    return model
  }
}
