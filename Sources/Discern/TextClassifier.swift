import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// A trained text classifier: tokenizer, vocabulary, tasks with their labels, and network.
///
/// ```swift
/// let classifier = try TextClassifier(contentsOf: "model")
/// print(try classifier.classify("What a lovely film!").label)
/// ```
///
/// A value that any thread may use. For many texts use `classify(_:)` with an array, or a `Session`.
public struct TextClassifier: Sendable {
  public let encoder: TextEncoder
  /// What it is asked of a text; one task or several.
  public let tasks: [ClassificationTask]
  /// The networks: one, or several whose probabilities' mean is the prediction.
  public let models: [AttentionLSTMClassifier]
  public let record: TrainingRecord

  init(
    encoder: TextEncoder, tasks: [ClassificationTask], models: [AttentionLSTMClassifier],
    record: TrainingRecord
  ) {
    self.encoder = encoder
    self.tasks = tasks
    self.models = models
    self.record = record
  }

  /// The same classifier with another temperature for its first task.
  package init(_ other: TextClassifier, temperature: Double) {
    var tasks = other.tasks
    tasks[0].temperature = temperature
    self.init(encoder: other.encoder, tasks: tasks, models: other.models, record: other.record)
  }

  /// The network, or the first of several.
  public var model: AttentionLSTMClassifier { models[0] }

  /// The labels of the first task.
  public var labels: LabelSet { tasks[0].labels }

  /// The temperature of the first task.
  public var temperature: Double { tasks[0].temperature }

  /// Loads a model's folder, after checking all of it.
  ///
  /// - Throws: `DiscernError.folder`.
  public init(contentsOf path: String) throws(DiscernError) {
    let folder = try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try ModelFolder<TrainingRecord>(path: path)
    }
    self.init(encoder: folder.encoder, tasks: folder.tasks, models: folder.models, record: folder.facts)
  }

  /// Writes the model's folder: beside its destination, synced, then put in place in one step. Replaces a
  /// model of that name and nothing else.
  ///
  /// - Returns: the path, and what is worth telling people.
  /// - Throws: `DiscernError.folder`.
  @discardableResult
  public func write(to path: String) throws(DiscernError) -> SavedModel {
    let folder = ModelFolder(encoder: encoder, tasks: tasks, models: models, facts: record)
    return try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try folder.write(to: path) }
  }

  /// Writes the model's folder to a destination that was checked before training, or else where it can be:
  /// beside the destination, in the working directory, in the folder for temporary files.
  ///
  /// - Returns: the destination's path, and what is worth telling people.
  /// - Throws: `DiscernError.folder`; with `BundleError.savedElsewhere`, the model is whole at the path that
  ///   it names.
  public func save(to destination: ModelDestination) throws(DiscernError) -> SavedModel {
    let folder = ModelFolder(encoder: encoder, tasks: tasks, models: models, facts: record)
    return try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try folder.save(to: destination)
    }
  }

  /// Tries all that saving a model there needs; asked before long work.
  ///
  /// - Parameter expectedBytes: the model's size, as far as it is known: so much room must be free.
  /// - Throws: `DiscernError.folder`.
  @discardableResult
  public static func checkDestination(
    _ path: String, expectedBytes: Int = 0
  ) throws(DiscernError) -> ModelDestination {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try ModelFolder<TrainingRecord>.checkDestination(path, expectedBytes: expectedBytes)
    }
  }

  /// - Throws: `DiscernError.text` if the text is longer than half a gigabyte.
  public func classify(_ text: String) throws(DiscernError) -> Classification {
    try classify([text])[0]
  }

  /// The texts' classifications, in their order. A text's scores are the same bits alone and among
  /// others.
  public func classify(_ texts: [String]) throws(DiscernError) -> [Classification] {
    let session = try makeSession()
    for text in texts {
      try Array(text.utf8).withUnsafeBufferPointer { (utf8) throws(DiscernError) in try session.add(utf8) }
    }
    return session.classify()
  }

  /// - Parameter compute: threads and kernels; by default one thread and the best kernels.
  public func makeSession(compute: Compute = Compute(threadCount: 1)) throws(DiscernError) -> Session {
    try Session(self, compute)
  }

  /// Classifies texts a window at a time, keeping its memory. For one thread at a time.
  public final class Session {
    private let classifier: TextClassifier
    private let encoder: TextEncoderSession
    private let predictor: Predictor
    private var texts = EncodedTexts()
    private var ids: [Int32] = []
    private var evidence: [Classification.Evidence] = []
    /// Whether classifications carry their token ids and logits.
    public var includesDetails = false

    fileprivate init(_ classifier: TextClassifier, _ compute: Compute) throws(DiscernError) {
      self.classifier = classifier
      encoder = try wrapping(DiscernError.text) { () throws(TextError) in
        try classifier.encoder.makeSession()
      }
      predictor = Predictor(classifier.models, compute: compute)
    }

    /// The number of texts that wait.
    public var count: Int { texts.count }

    /// Adds a text, UTF-8 that may be broken, to the window.
    public func add(_ utf8: UnsafeBufferPointer<UInt8>) throws(DiscernError) {
      ids.removeAll(keepingCapacity: true)
      let result = try wrapping(DiscernError.text) { () throws(TextError) in
        try encoder.encode(utf8, appendingTo: &ids)
      }
      texts.append(ids)
      evidence.append(
        result.isEmpty ? .empty : result.unknownCount == result.keptCount ? .allUnknown : .normal)
    }

    /// Classifies the window's texts, in their order, and empties it.
    public func classify() -> [Classification] {
      guard texts.count > 0 else { return [] }
      let configuration = classifier.model.configuration
      let outputs = configuration.outputCount
      let heads = zip(classifier.tasks, configuration.headRanges).map { task, range in
        (task: task, names: task.labels.names, range: range)
      }
      let logits = predictor.logits(texts)
      let probabilities = predictor.probabilities(
        ofLogits: logits, temperatures: classifier.tasks.map(\.temperature))
      let result = evidence.enumerated().map { index, evidence in
        let row = index * outputs..<(index + 1) * outputs
        return Classification(
          predictions: heads.map { task, names, range in
            Self.prediction(
              task, names,
              probabilities[row.lowerBound + range.lowerBound..<row.lowerBound + range.upperBound])
          },
          evidence: evidence,
          details: includesDetails
            ? Classification.Details(tokenIDs: Array(texts[index]), logits: Array(logits[row])) : nil)
      }
      texts = EncodedTexts()
      evidence.removeAll(keepingCapacity: true)
      return result
    }

    private static func prediction(
      _ task: ClassificationTask, _ names: [String], _ probabilities: ArraySlice<Float>
    ) -> Classification.Prediction {
      let order = zip(0..., probabilities).sorted { a, b in a.1 != b.1 ? a.1 > b.1 : a.0 < b.0 }
      let ranking = order.map { Classification.Candidate(label: names[$0.0], probability: $0.1) }
      guard let thresholds = task.thresholds else {
        return .init(task: task.name, labels: [ranking[0]], ranking: ranking)
      }
      let given = zip(order, ranking).filter { $0.0.1 >= thresholds[$0.0.0] }.map(\.1)
      return .init(task: task.name, labels: given, ranking: ranking)
    }
  }
}
