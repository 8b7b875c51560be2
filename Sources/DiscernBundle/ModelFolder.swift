import DiscernCorpus
import DiscernModels
import DiscernText
import DiscernVocabulary

/// A trained classifier with all that using it takes: what a model's folder holds.
///
/// The folder has `manifest.json` (configuration, tokenizer, labels, facts of the training, SHA-256 of
/// each file), `manifest.sha256`, `vocabulary.txt` and `weights.safetensors` (PyTorch's names and gate
/// order). It is written beside its destination, synced and renamed; loading checks everything first.
package struct ModelFolder<Facts: Codable & Sendable>: Sendable {
  package let encoder: TextEncoder
  package let labels: LabelSet
  package let model: AttentionLSTMClassifier
  /// What logits are divided by before they become probabilities; 1 without calibration.
  package let temperature: Double
  /// What else is worth keeping, such as how it was trained.
  package let facts: Facts

  private struct Content: Codable {
    let model: ClassifierConfiguration
    let tokenizer: TokenizerConfiguration
    let maximumTokens: Int?
    let truncation: Truncation
    let labels: LabelSet
    let temperature: Double
    let training: Facts
  }

  private static var vocabularyFile: String { "vocabulary.txt" }
  private static var weightsFile: String { "weights.safetensors" }

  package init(
    encoder: TextEncoder, labels: LabelSet, model: AttentionLSTMClassifier, temperature: Double, facts: Facts
  ) {
    self.encoder = encoder
    self.labels = labels
    self.model = model
    self.temperature = temperature
    self.facts = facts
  }

  /// Reads and checks a folder.
  ///
  /// - Throws: `ModelFolderError`.
  package init(path: String) throws(ModelFolderError) {
    let (content, vocabulary, tensors) = try Self.read(path)
    guard content.model.vocabularySize == vocabulary.count else {
      throw .inconsistent(
        path: path, what: "vocabulary.txt has \(vocabulary.count) words",
        expected: "\(content.model.vocabularySize), as the model")
    }
    guard content.model.classCount == content.labels.count else {
      throw .inconsistent(
        path: path, what: "the manifest has \(content.labels.count) labels",
        expected: "\(content.model.classCount), as the model")
    }
    guard content.maximumTokens ?? 1 >= 1 else {
      throw .inconsistent(
        path: path, what: "the limit of tokens is \(content.maximumTokens ?? 0)", expected: "at least 1")
    }
    guard content.temperature > 0, content.temperature.isFinite else {
      throw .inconsistent(
        path: path, what: "the temperature is \(content.temperature)", expected: "a number above 0")
    }
    do throws(TextError) {
      encoder = TextEncoder(
        tokenizer: try Tokenizer(content.tokenizer), vocabulary: vocabulary,
        maximumTokens: content.maximumTokens, truncation: content.truncation)
    } catch {
      throw .text(path: path, error)
    }
    do throws(ModelError) {
      model = try AttentionLSTMClassifier(configuration: content.model, tensors: tensors)
    } catch {
      throw .model(path: path, error)
    }
    labels = content.labels
    temperature = content.temperature
    facts = content.training
  }

  private typealias Tensors = [String: (shape: [Int], values: [Float])]

  private static func read(
    _ path: String
  ) throws(ModelFolderError) -> (Content, Vocabulary, Tensors) {
    var tensors: Tensors = [:]
    let content: Content
    let vocabularyPath: String
    do throws(BundleError) {
      let folder = try BundleFolder(path: path, format: .model)
      content = try folder.manifest.decode(Content.self)
      vocabularyPath = try folder.path(of: vocabularyFile)
      let file = try folder.tensors(weightsFile)
      for tensor in file.header.tensors {
        tensors[tensor.name] = (tensor.shape, try file.floats(tensor.name))
      }
    } catch {
      throw .bundle(error)
    }
    do throws(VocabularyError) {
      return (content, try Vocabulary(path: vocabularyPath), tensors)
    } catch {
      throw .vocabulary(error)
    }
  }

  /// Whether `write(to:)` may put a model there; asked before long work.
  ///
  /// - Throws: `ModelFolderError.bundle`.
  package static func checkDestination(_ path: String) throws(ModelFolderError) {
    do throws(BundleError) { try AtomicFolder.check(destination: path, format: .model) } catch {
      throw .bundle(error)
    }
  }

  /// Writes the folder, replacing a model of the same name and nothing else.
  ///
  /// - Throws: `ModelFolderError.bundle`.
  package func write(to path: String) throws(ModelFolderError) {
    do throws(BundleError) {
      let folder = try AtomicFolder(destination: path, format: .model)
      var weights = SafetensorsWriter()
      for (name, shape) in model.shapes {
        weights.add(name, shape: shape, Array(model.values(name, count: shape.reduce(1, *))))
      }
      _ = try weights.write(to: folder.path(of: Self.weightsFile))
      var vocabulary = try FileWriter(path: folder.path(of: Self.vocabularyFile))
      try vocabulary.write(encoder.vocabulary.fileContents)
      _ = try vocabulary.finish()
      try folder.writeManifest(
        Content(
          model: model.configuration, tokenizer: encoder.tokenizer.configuration,
          maximumTokens: encoder.maximumTokens, truncation: encoder.truncation, labels: labels,
          temperature: temperature, training: facts))
      try folder.commit()
    } catch {
      throw .bundle(error)
    }
  }
}

/// Why a model's folder cannot be used or written.
public enum ModelFolderError: Error, Sendable, CustomStringConvertible {
  case bundle(BundleError)
  case vocabulary(VocabularyError)
  case text(path: String, TextError)
  case model(path: String, ModelError)
  /// The files are whole but do not fit one another.
  case inconsistent(path: String, what: String, expected: String)

  public var description: String {
    switch self {
    case .bundle(let error): error.description
    case .vocabulary(let error): error.description
    case .text(let path, let error): "\(path): \(error)"
    case .model(let path, let error): "\(path): \(error)"
    case .inconsistent(let path, let what, let expected):
      "\(path): \(what), expected \(expected); train the model anew"
    }
  }
}
