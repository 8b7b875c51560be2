import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// A trained classifier with all that using it takes: what a model's folder holds.
///
/// The folder has `manifest.json` (configuration, tokenizer, tasks and their labels, facts of the training,
/// SHA-256 of each file), `manifest.sha256`, `vocabulary.txt` and `weights.safetensors` (PyTorch's names and
/// gate order), or `weights-1.safetensors` and so on where several models decide together. `AtomicFolder`
/// puts it in its place; loading checks everything first.
package struct ModelFolder<Facts: Codable & Sendable>: Sendable {
  package let encoder: TextEncoder
  /// What is asked of a text, in the order of the model's heads.
  package let tasks: [ClassificationTask]
  /// At least one; all of one shape.
  package let models: [AttentionLSTMClassifier]
  /// What else is worth keeping, such as how it was trained.
  package let facts: Facts

  private struct Content: Codable {
    let model: ClassifierConfiguration
    /// How many models decide together; nil for one.
    let models: Int?
    let tokenizer: TokenizerConfiguration
    let maximumTokens: Int?
    let truncation: Truncation
    /// The labels and the temperature where there is one task of one label a text, without a name;
    /// otherwise `tasks`.
    let labels: LabelSet?
    let temperature: Double?
    let tasks: [ClassificationTask]?
    let training: Facts
  }

  private static var vocabularyFile: String { "vocabulary.txt" }

  /// The names of the weights' files for so many models.
  private static func weightsFiles(_ count: Int?) -> [String] {
    count.map { (1...$0).map { "weights-\($0).safetensors" } } ?? ["weights.safetensors"]
  }

  package init(
    encoder: TextEncoder, tasks: [ClassificationTask], models: [AttentionLSTMClassifier], facts: Facts
  ) {
    self.encoder = encoder
    self.tasks = tasks
    self.models = models
    self.facts = facts
  }

  /// Reads and checks a folder.
  ///
  /// - Throws: `ModelFolderError`.
  package init(path: String) throws(ModelFolderError) {
    let (content, vocabulary, tensors) = try BundleFolder.reading(
      path, format: .model, wrap: ModelFolderError.bundle
    ) { folder throws(ModelFolderError) in try Self.read(folder) }
    guard content.model.vocabularySize == vocabulary.count else {
      throw .inconsistent(
        path: path, what: "vocabulary.txt has \(vocabulary.count) words",
        expected: "\(content.model.vocabularySize), as the model")
    }
    tasks = try Self.tasks(content, path)
    guard content.maximumTokens ?? 1 >= 1 else {
      throw .inconsistent(
        path: path, what: "the limit of tokens is \(content.maximumTokens ?? 0)", expected: "at least 1")
    }
    do throws(TextError) {
      encoder = TextEncoder(
        tokenizer: try Tokenizer(content.tokenizer), vocabulary: vocabulary,
        maximumTokens: content.maximumTokens, truncation: content.truncation)
    } catch {
      throw .text(path: path, error)
    }
    do throws(ModelError) {
      models = try tensors.map { tensors throws(ModelError) in
        try AttentionLSTMClassifier(configuration: content.model, tensors: tensors)
      }
    } catch {
      throw .model(path: path, error)
    }
    facts = content.training
  }

  /// The tasks, which must fit the model's heads.
  private static func tasks(
    _ content: Content, _ path: String
  ) throws(ModelFolderError) -> [ClassificationTask] {
    let ordinary = content.labels.map {
      [ClassificationTask(labels: $0, temperature: content.temperature ?? 0)]
    }
    let tasks = content.tasks ?? ordinary ?? []
    guard content.tasks == nil || content.labels == nil, !tasks.isEmpty else {
      throw .inconsistent(
        path: path, what: "the manifest has both labels and tasks, or neither", expected: "one of them")
    }
    let heads = content.model.heads
    guard tasks.map(\.name) == heads.map(\.name), tasks.map(\.isMultiLabel) == heads.map(\.isMultiLabel)
    else {
      throw .inconsistent(
        path: path, what: "the manifest has the tasks \(NearestName.list(tasks.map(\.name)))",
        expected: "\(NearestName.list(heads.map(\.name))), as the model")
    }
    for (task, head) in zip(tasks, heads) {
      guard task.labels.count == head.classCount else {
        throw .inconsistent(
          path: path, what: "the manifest has \(task.labels.count) labels",
          expected: "\(head.classCount), as the model")
      }
      // Far beyond what calibration finds; outside of it, probabilities stop being numbers.
      guard task.temperature >= 0.01, task.temperature <= 100 else {
        throw .inconsistent(
          path: path, what: "the temperature is \(task.temperature)", expected: "0.01 to 100")
      }
      let thresholds = task.thresholds ?? []
      guard task.isMultiLabel ? thresholds.count == task.labels.count : thresholds.isEmpty,
        thresholds.allSatisfy({ $0 >= 0 && $0 <= 1 })
      else {
        throw .inconsistent(
          path: path, what: "the manifest has \(thresholds.count) thresholds",
          expected: task.isMultiLabel ? "\(task.labels.count) from 0 to 1, one for each label" : "none")
      }
    }
    return tasks
  }

  /// Whether the manifest has a list of labels and no tasks.
  private var isOrdinary: Bool {
    tasks.count == 1 && tasks[0].name.isEmpty && !tasks[0].isMultiLabel && tasks[0].column == nil
  }

  private typealias Tensors = [String: (shape: [Int], values: [Float])]

  private static func read(
    _ folder: BundleFolder
  ) throws(ModelFolderError) -> (Content, Vocabulary, [Tensors]) {
    let content: Content
    let vocabulary: [UInt8]
    do throws(BundleError) {
      content = try folder.manifest.decode(Content.self)
      vocabulary = try folder.contents(vocabularyFile)
      // So many that no machine could train them would be asked for by damage alone.
      if let count = content.models, !(2...1000).contains(count) {
        throw BundleError.malformedManifest(
          path: folder.path, key: "content.models",
          reason: "is \(count), expected 2 to 1000, or nothing for one")
      }
    } catch {
      throw .bundle(error)
    }
    var all: [Tensors] = []
    for name in weightsFiles(content.models) {
      all.append(try tensors(folder, name, content.model))
    }
    do throws(VocabularyError) {
      let path = BundleManifest.join(folder.path, vocabularyFile)
      return (content, try Vocabulary(fileContents: vocabulary, path: path), all)
    } catch {
      throw .vocabulary(error)
    }
  }

  /// A model's weights, whose shapes must be those that its configuration asks for; compared before any
  /// memory is taken for either.
  private static func tensors(
    _ folder: BundleFolder, _ name: String, _ configuration: ClassifierConfiguration
  ) throws(ModelFolderError) -> Tensors {
    let file: SafetensorsFile
    do throws(BundleError) { file = try folder.tensors(name) } catch { throw .bundle(error) }
    do throws(ModelError) {
      var shapes: [String: [Int]] = [:]
      for tensor in file.header.tensors {
        // Names of other bytes may be the same text.
        if shapes.updateValue(tensor.shape, forKey: tensor.name) != nil {
          throw ModelError.unexpectedWeight(name: tensor.name)
        }
      }
      try AttentionLSTMClassifier.check(configuration, shapes: shapes)
    } catch {
      throw .model(path: file.path, error)
    }
    do throws(BundleError) {
      var tensors: Tensors = [:]
      for tensor in file.header.tensors {
        tensors[tensor.name] = (tensor.shape, try file.floats(tensor.name))
      }
      return tensors
    } catch {
      throw .bundle(error)
    }
  }

  /// Tries all that saving a model there needs; asked before long work.
  ///
  /// - Throws: `ModelFolderError.bundle`.
  package static func checkDestination(
    _ path: String, expectedBytes: Int
  ) throws(ModelFolderError) -> ModelDestination {
    let destination: ModelDestination
    do throws(BundleError) {
      destination = try ModelDestination(checking: path, format: .model, expectedBytes: expectedBytes)
    } catch {
      throw .bundle(error)
    }
    return destination
  }

  /// Writes the folder, replacing a model of the same name and nothing else.
  ///
  /// - Throws: `ModelFolderError.bundle`.
  package func write(to path: String) throws(ModelFolderError) -> SavedModel {
    do throws(BundleError) { return try put(at: path, expecting: nil) } catch { throw .bundle(error) }
  }

  /// Writes the folder to its destination, or else to the first of several places that takes it.
  ///
  /// - Throws: `ModelFolderError.bundle`; with `BundleError.savedElsewhere`, the model is saved at another
  ///   path.
  package func save(to destination: ModelDestination) throws(ModelFolderError) -> SavedModel {
    do throws(BundleError) {
      return try destination.save { path, found throws(BundleError) in
        try put(at: path, expecting: found)
      }
    } catch {
      throw .bundle(error)
    }
  }

  private func put(
    at path: String, expecting found: ModelDestination.Found?
  ) throws(BundleError) -> SavedModel {
    let folder = try AtomicFolder(destination: path, format: .model)
    let count = models.count > 1 ? models.count : nil
    for (model, file) in zip(models, Self.weightsFiles(count)) {
      var weights = SafetensorsWriter()
      for (name, shape, values) in model.weights.tensors { weights.add(name, shape: shape, values.array) }
      _ = try weights.write(to: folder.path(of: file))
    }
    var vocabulary = try FileWriter(path: folder.path(of: Self.vocabularyFile))
    try vocabulary.write(encoder.vocabulary.fileContents)
    _ = try vocabulary.finish()
    try folder.writeManifest(
      Content(
        model: models[0].configuration, models: count, tokenizer: encoder.tokenizer.configuration,
        maximumTokens: encoder.maximumTokens, truncation: encoder.truncation,
        labels: isOrdinary ? tasks[0].labels : nil, temperature: isOrdinary ? tasks[0].temperature : nil,
        tasks: isOrdinary ? nil : tasks, training: facts))
    return SavedModel(path: path, notes: try folder.commit(expecting: found))
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
