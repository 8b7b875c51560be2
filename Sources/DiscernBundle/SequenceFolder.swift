import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// The folder of a model that maps sequences to sequences: `manifest.json` and its digest, both sides'
/// vocabularies, and `weights.safetensors`.
package struct SequenceFolder<Facts: Codable & Sendable>: SavableFolder, Sendable {
  package static var format: BundleFormat { .sequences }

  /// The tokenizer and vocabulary of one side.
  package struct Side: Sendable {
    package let tokenizer: SequenceTokenizer
    package let vocabulary: Vocabulary

    package init(tokenizer: SequenceTokenizer, vocabulary: Vocabulary) {
      self.tokenizer = tokenizer
      self.vocabulary = vocabulary
    }
  }

  package let source, target: Side
  /// The maximum number of tokens in a sequence, on either side.
  package let maximumTokens: Int
  package let model: EncoderDecoder
  package let facts: Facts

  private struct Content: Codable {
    let network: SequenceConfiguration
    let source: SequenceTokenizer
    let target: SequenceTokenizer
    let maximumTokens: Int
    let training: Facts
  }

  private static func requirements(_ network: SequenceConfiguration) -> [BundleManifest.Requirement] {
    switch network.form {
    case .recurrent: []
    case .transformer: [.sequenceTransformer]
    }
  }

  private static var sourceFile: String { "source-vocabulary.txt" }
  private static var targetFile: String { "target-vocabulary.txt" }
  private static var weightsFile: String { "weights.safetensors" }

  package init(source: Side, target: Side, maximumTokens: Int, model: EncoderDecoder, facts: Facts) {
    self.source = source
    self.target = target
    self.maximumTokens = maximumTokens
    self.model = model
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
      try folder.manifest.check(needs: Self.requirements(content.network))
    } catch {
      throw .bundle(error)
    }
    do throws(ModelError) { try content.network.validate() } catch {
      throw .model(
        path: BundleManifest.join(folder.path, BundleManifest.fileName), error, defaults: [])
    }
    guard content.maximumTokens > 0 else {
      throw .inconsistent(
        path: folder.path, what: "maximumTokens is \(content.maximumTokens)", expected: "at least 1")
    }
    let network = content.network
    source = Side(
      tokenizer: content.source,
      vocabulary: try folder.vocabulary(Self.sourceFile, count: network.sourceVocabularySize))
    target = Side(
      tokenizer: content.target,
      vocabulary: try folder.vocabulary(Self.targetFile, count: network.targetVocabularySize))
    do throws(TextError) {
      for tokenizer in [content.source, content.target] { _ = try tokenizer.makeDivider() }
    } catch {
      throw .text(path: folder.path, error)
    }
    maximumTokens = content.maximumTokens
    facts = content.training
    // Shapes are compared before memory is allocated for them.
    let file = try folder.weights(Self.weightsFile) { shapes throws(ModelError) in
      try ModelError.check(shapes, against: EncoderDecoder.shapes(of: network))
    }
    model = EncoderDecoder(network)
    do throws(BundleError) {
      for (name, shape, values) in model.weights.tensors {
        let floats = try file.floats(name, shape: shape)
        floats.withUnsafeBufferPointer { floats in
          if let base = floats.baseAddress { values.pointer.update(from: base, count: floats.count) }
        }
      }
    } catch {
      throw .bundle(error)
    }
    model.weights.didChange()
  }

  package func put(
    at path: String, expecting found: ModelDestination.Found?
  ) throws(BundleError) -> SavedModel {
    let folder = try AtomicFolder(destination: path, format: Self.format)
    var writer = SafetensorsWriter()
    for (name, shape, values) in model.weights.tensors { writer.add(name, shape: shape, values.array) }
    _ = try writer.write(to: folder.path(of: Self.weightsFile))
    try FileWriter.write(source.vocabulary.fileContents, to: folder.path(of: Self.sourceFile))
    try FileWriter.write(target.vocabulary.fileContents, to: folder.path(of: Self.targetFile))
    try folder.writeManifest(
      Content(
        network: model.configuration, source: source.tokenizer, target: target.tokenizer,
        maximumTokens: maximumTokens, training: facts),
      requires: Self.requirements(model.configuration))
    return SavedModel(path: path, notes: try folder.commit(expecting: found))
  }
}
