import DiscernIO
import DiscernModels
import DiscernText
import DiscernVocabulary

/// The result of pretraining, from which classifiers start: words, tokenizer, network and its initial
/// weights.
///
/// The folder is laid out like a model's: `manifest.json` and its digest, `vocabulary.txt`, and
/// `weights.safetensors` with the classifier's names and shapes. `next-words.safetensors` has the layers with
/// which a language model predicts the next word; folders of earlier versions, and of interrupted
/// pretraining, lack it.
package struct PretrainedFolder<Facts: Codable & Sendable>: SavableFolder, Sendable {
  package static var format: BundleFormat { .pretrained }

  package let vocabulary: Vocabulary
  package let tokenizer: TokenizerConfiguration
  package let network: RecurrentConfiguration
  package let weights: [(name: String, shape: [Int], values: [Float])]
  /// The weights of `NextWordModel.outputShapes`; nil if the folder has none.
  package let output: [(name: String, shape: [Int], values: [Float])]?
  package let facts: Facts

  private struct Content: Codable {
    let vocabularySize: Int
    let encoder: EncoderConfiguration
    let tokenizer: TokenizerConfiguration
    let pretraining: Facts
  }

  private static var vocabularyFile: String { "vocabulary.txt" }
  private static var weightsFile: String { "weights.safetensors" }
  package static var outputFile: String { "next-words.safetensors" }

  package init(
    vocabulary: Vocabulary, tokenizer: TokenizerConfiguration, network: RecurrentConfiguration,
    weights: [(name: String, shape: [Int], values: [Float])],
    output: [(name: String, shape: [Int], values: [Float])]?, facts: Facts
  ) {
    self.vocabulary = vocabulary
    self.tokenizer = tokenizer
    self.network = network
    self.weights = weights
    self.output = output
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
    guard let network = content.encoder.recurrent else {
      throw .inconsistent(
        path: folder.path, what: "its encoder is a transformer", expected: "a recurrent one")
    }
    do throws(ModelError) { try network.validate() } catch {
      throw .model(
        path: BundleManifest.join(folder.path, BundleManifest.fileName), error, defaults: [])
    }
    vocabulary = try folder.vocabulary(Self.vocabularyFile, count: content.vocabularySize)
    do throws(TextError) { _ = try Tokenizer(content.tokenizer) } catch {
      throw .text(path: folder.path, error)
    }
    tokenizer = content.tokenizer
    self.network = network
    facts = content.pretraining
    weights = try Self.tensors(
      Self.weightsFile, network.pretrainedShapes(vocabularySize: vocabulary.count), of: folder)
    output =
      folder.manifest.files[Self.outputFile] == nil
      ? nil
      : try Self.tensors(
        Self.outputFile, NextWordModel.outputShapes(network, vocabularySize: vocabulary.count), of: folder)
  }

  private static func tensors(
    _ name: String, _ expected: [(name: String, shape: [Int])], of folder: BundleFolder
  ) throws(ModelFolderError) -> [(name: String, shape: [Int], values: [Float])] {
    let file = try folder.weights(name) { shapes throws(ModelError) in
      try ModelError.check(shapes, against: expected)
    }
    var tensors: [(name: String, shape: [Int], values: [Float])] = []
    do throws(BundleError) {
      for (name, shape) in expected { tensors.append((name, shape, try file.floats(name))) }
    } catch {
      throw .bundle(error)
    }
    return tensors
  }

  package func put(
    at path: String, expecting found: ModelDestination.Found?
  ) throws(BundleError) -> SavedModel {
    let folder = try AtomicFolder(destination: path, format: Self.format)
    try Self.write(weights, to: folder.path(of: Self.weightsFile))
    if let output { try Self.write(output, to: folder.path(of: Self.outputFile)) }
    try FileWriter.write(vocabulary.fileContents, to: folder.path(of: Self.vocabularyFile))
    try folder.writeManifest(
      Content(
        vocabularySize: vocabulary.count, encoder: .recurrent(network), tokenizer: tokenizer,
        pretraining: facts))
    return SavedModel(path: path, notes: try folder.commit(expecting: found))
  }

  private static func write(
    _ tensors: [(name: String, shape: [Int], values: [Float])], to path: String
  ) throws(BundleError) {
    var writer = SafetensorsWriter()
    for (name, shape, values) in tensors { writer.add(name, shape: shape, values) }
    _ = try writer.write(to: path)
  }
}
