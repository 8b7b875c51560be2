import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernText
import DiscernVocabulary

extension ModelFolder {
  /// Reads and checks an open folder.
  init(_ folder: BundleFolder) throws(ModelFolderError) {
    let content: ModelContent<Facts>
    var defaults: [String]
    let bytes: [UInt8]
    do throws(BundleError) {
      (content, defaults) = try folder.manifest.decodeNamingDefaults(ModelContent<Facts>.self)
      defaults.removeAll { !$0.hasPrefix("content.model.") }
      // So many that no machine could train them would be asked for by damage alone.
      if let count = content.models, !(2...1000).contains(count) {
        throw BundleError.malformedManifest(
          path: folder.path, key: "content.models",
          reason: "is \(count), expected 2 to 1000, or nothing for one")
      }
      let files = Self.weightsFiles(content.models)
      if let file = files.first(where: { folder.manifest.files[$0] == nil }) {
        throw BundleError.malformedManifest(
          path: folder.path, key: "files.\(file)",
          reason: "is missing, for “models” says that there \(files.count == 1 ? "is one" : "are more")")
      }
      bytes = try folder.contents(Self.vocabularyFile)
    } catch {
      throw .bundle(error)
    }
    do throws(ModelError) { try content.model.validate() } catch {
      throw .model(
        path: BundleManifest.join(folder.path, BundleManifest.fileName), error, defaults: defaults)
    }
    let tasks = try Self.tasks(content, folder.path)
    let encoder = try Self.encoder(content, bytes, folder.path)
    var models: [AttentionLSTMClassifier] = []
    for name in Self.weightsFiles(content.models) {
      models.append(try Self.model(folder, name, content.model, defaults))
    }
    self.init(encoder: encoder, tasks: tasks, models: models, facts: content.training)
  }

  private static func encoder(
    _ content: ModelContent<Facts>, _ bytes: [UInt8], _ path: String
  ) throws(ModelFolderError) -> TextEncoder {
    let vocabulary: Vocabulary
    do throws(VocabularyError) {
      vocabulary = try Vocabulary(fileContents: bytes, path: BundleManifest.join(path, vocabularyFile))
    } catch {
      throw .vocabulary(error)
    }
    guard content.model.vocabularySize == vocabulary.count else {
      throw .inconsistent(
        path: path, what: "vocabulary.txt has \(vocabulary.count) words",
        expected: "\(content.model.vocabularySize), as vocabularySize")
    }
    guard content.maximumTokens ?? 1 >= 1 else {
      throw .inconsistent(
        path: path, what: "maximumTokens is \(content.maximumTokens ?? 0)", expected: "at least 1")
    }
    do throws(TextError) {
      return TextEncoder(
        tokenizer: try Tokenizer(content.tokenizer), vocabulary: vocabulary,
        maximumTokens: content.maximumTokens, truncation: content.truncation)
    } catch {
      throw .text(path: path, error)
    }
  }

  /// How many, and what they are called; the only task of a model may have no name.
  private static func named(_ names: [String], _ noun: String) -> String {
    let count = names.count.counted(noun)
    let known = names.filter { !$0.isEmpty }
    return known.isEmpty ? count : "\(count), \(NearestName.list(known))"
  }

  /// The tasks, which must fit the model's heads.
  private static func tasks(
    _ content: ModelContent<Facts>, _ path: String
  ) throws(ModelFolderError) -> [ClassificationTask] {
    func require(
      _ holds: Bool, _ what: @autoclosure () -> String, _ expected: @autoclosure () -> String
    ) throws(ModelFolderError) {
      if !holds { throw .inconsistent(path: path, what: what(), expected: expected()) }
    }
    let ordinary = content.labels.map {
      [ClassificationTask(labels: $0, temperature: content.temperature ?? 0)]
    }
    let tasks = content.tasks ?? ordinary ?? []
    let heads = content.model.heads
    try require(
      tasks.map(\.name) == heads.map(\.name),
      "manifest.json has \(named(tasks.map(\.name), "task"))",
      "\(named(heads.map(\.name), "task")), as its model's heads are named")
    for (task, head) in zip(tasks, heads) {
      let place = task.name.isEmpty ? "the task " : "“\(DisplayText.escaped(task.name))” "
      try require(
        task.head == head, "\(place)gives a text \(task.head.kind)", "\(head.kind), as the model's head says")
      // Far beyond what calibration finds; outside of it, probabilities stop being numbers.
      try require(
        task.temperature >= 0.01 && task.temperature <= 100, "the temperature is \(task.temperature)",
        "0.01 to 100")
      switch task.decision {
      case .likeliest: break
      case .thresholds(let thresholds):
        try require(
          thresholds.count == task.labels.count && thresholds.allSatisfy { $0 >= 0 && $0 <= 1 },
          "\(place)has \(thresholds.count) thresholds",
          "\(task.labels.count) from 0 to 1, one for each label")
      }
    }
    return tasks
  }

  /// A model, its weights read straight into their place. The shapes must be those that the configuration
  /// asks for; they are compared before any memory is taken.
  ///
  /// - Parameter defaults: keys in whose place a default was taken.
  private static func model(
    _ folder: BundleFolder, _ name: String, _ configuration: ClassifierConfiguration, _ defaults: [String]
  ) throws(ModelFolderError) -> AttentionLSTMClassifier {
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
      throw .model(path: file.path, error, defaults: defaults)
    }
    func read(_ name: String, _ target: UnsafeMutableBufferPointer<Float>) throws(ModelFolderError) {
      do throws(BundleError) { try file.read(name, into: target) } catch { throw .bundle(error) }
    }
    return try AttentionLSTMClassifier(
      configuration: configuration, wrap: { .model(path: file.path, $0, defaults: defaults) }, reading: read)
  }
}
