import DiscernIO
import DiscernModels
import DiscernText
import DiscernVocabulary

/// What pretraining leaves for classifiers to begin with: words, tokenizer, network and its first weights.
///
/// The folder is made as a model's: `manifest.json` and its digest, `vocabulary.txt`, and
/// `weights.safetensors` with the classifier's names and shapes.
package struct PretrainedFolder<Facts: Codable & Sendable>: Sendable {
  package let vocabulary: Vocabulary
  package let tokenizer: TokenizerConfiguration
  package let network: RecurrentConfiguration
  package let weights: [(name: String, shape: [Int], values: [Float])]
  package let facts: Facts

  private struct Content: Codable {
    let vocabularySize: Int
    let encoder: EncoderConfiguration
    let tokenizer: TokenizerConfiguration
    let pretraining: Facts
  }

  private static var vocabularyFile: String { "vocabulary.txt" }
  private static var weightsFile: String { "weights.safetensors" }

  package init(
    vocabulary: Vocabulary, tokenizer: TokenizerConfiguration, network: RecurrentConfiguration,
    weights: [(name: String, shape: [Int], values: [Float])], facts: Facts
  ) {
    self.vocabulary = vocabulary
    self.tokenizer = tokenizer
    self.network = network
    self.weights = weights
    self.facts = facts
  }

  /// Reads and checks a folder.
  package init(path: String) throws(ModelFolderError) {
    self = try BundleFolder.reading(
      path, format: .pretrained, wrap: ModelFolderError.bundle
    ) { folder throws(ModelFolderError) in try Self(folder) }
  }

  private init(_ folder: BundleFolder) throws(ModelFolderError) {
    let content: Content
    let bytes: [UInt8]
    let file: SafetensorsFile
    do throws(BundleError) {
      content = try folder.manifest.decode(Content.self)
      bytes = try folder.contents(Self.vocabularyFile)
      file = try folder.tensors(Self.weightsFile)
    } catch {
      throw .bundle(error)
    }
    let network = content.encoder.recurrent
    do throws(ModelError) { try network.validate() } catch {
      throw .model(
        path: BundleManifest.join(folder.path, BundleManifest.fileName), error, defaults: [])
    }
    do throws(VocabularyError) {
      vocabulary = try Vocabulary(
        fileContents: bytes, path: BundleManifest.join(folder.path, Self.vocabularyFile))
    } catch {
      throw .vocabulary(error)
    }
    guard content.vocabularySize == vocabulary.count else {
      throw .inconsistent(
        path: folder.path, what: "vocabulary.txt has \(vocabulary.count) words",
        expected: "\(content.vocabularySize), as vocabularySize")
    }
    do throws(TextError) { _ = try Tokenizer(content.tokenizer) } catch {
      throw .text(path: folder.path, error)
    }
    tokenizer = content.tokenizer
    self.network = network
    facts = content.pretraining
    weights = try Self.weights(file, network.pretrainedShapes(vocabularySize: vocabulary.count))
  }

  /// Names and shapes are compared before any memory is taken.
  private static func weights(
    _ file: SafetensorsFile, _ expected: [String: [Int]]
  ) throws(ModelFolderError) -> [(name: String, shape: [Int], values: [Float])] {
    var found: Set<String> = []
    do throws(ModelError) {
      for tensor in file.header.tensors {
        guard let shape = expected[tensor.name], found.insert(tensor.name).inserted else {
          throw ModelError.unexpectedWeight(name: tensor.name)
        }
        guard tensor.shape == shape else {
          throw ModelError.wrongShape(name: tensor.name, expected: shape, got: tensor.shape)
        }
      }
      if let name = expected.keys.sorted().first(where: { !found.contains($0) }) {
        throw ModelError.missingWeight(name: name)
      }
    } catch {
      throw .model(path: file.path, error, defaults: [])
    }
    var result: [(name: String, shape: [Int], values: [Float])] = []
    for (name, shape) in expected.sorted(by: { $0.key < $1.key }) {
      do throws(BundleError) { result.append((name, shape, try file.floats(name))) } catch {
        throw .bundle(error)
      }
    }
    return result
  }

  /// Tries all that saving there needs; asked before long work.
  package static func checkDestination(
    _ path: String, expectedBytes: Int
  ) throws(ModelFolderError) -> ModelDestination {
    do throws(BundleError) {
      return try ModelDestination(checking: path, format: .pretrained, expectedBytes: expectedBytes)
    } catch {
      throw .bundle(error)
    }
  }

  /// Writes the folder to its destination, or else to the first of several places that takes it.
  package func save(to destination: ModelDestination) throws(ModelFolderError) -> SavedModel {
    do throws(BundleError) {
      return try destination.save { path, found throws(BundleError) in try put(at: path, expecting: found) }
    } catch {
      throw .bundle(error)
    }
  }

  private func put(
    at path: String, expecting found: ModelDestination.Found?
  ) throws(BundleError) -> SavedModel {
    let folder = try AtomicFolder(destination: path, format: .pretrained)
    var writer = SafetensorsWriter()
    for (name, shape, values) in weights { writer.add(name, shape: shape, values) }
    _ = try writer.write(to: folder.path(of: Self.weightsFile))
    var file = try FileWriter(path: folder.path(of: Self.vocabularyFile))
    try file.write(vocabulary.fileContents)
    _ = try file.finish()
    try folder.writeManifest(
      Content(
        vocabularySize: vocabulary.count, encoder: .recurrent(network), tokenizer: tokenizer,
        pretraining: facts))
    return SavedModel(path: path, notes: try folder.commit(expecting: found))
  }
}
