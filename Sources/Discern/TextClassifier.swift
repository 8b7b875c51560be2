import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// A trained text classifier: tokenizer, vocabulary, tasks with their labels, and a model of n-grams, a
/// network, or both.
///
/// ```swift
/// let classifier = try TextClassifier(contentsOf: "model")
/// print(try classifier.classify("What a lovely film!").label)
/// ```
///
/// A value type that any thread may use. For many texts, use `classify(_:)` with an array, or a `Session`.
public struct TextClassifier: Sendable {
  /// Everything that classifying needs.
  struct Parts: Sendable {
    let encoder: TextEncoder
    let tasks: [ClassificationTask]
    let model: JoinedClassifier
  }

  let parts: Parts
  /// Idle sessions, shared by copies.
  let pool: SessionPool
  /// How it was trained.
  public let record: TrainingRecord

  package init(
    encoder: TextEncoder, tasks: [ClassificationTask], model: JoinedClassifier, record: TrainingRecord
  ) {
    parts = Parts(encoder: encoder, tasks: tasks, model: model)
    pool = SessionPool(parts)
    self.record = record
  }

  /// Turns raw text into token ids.
  public var encoder: TextEncoder { parts.encoder }

  /// The classification tasks, one or several.
  public var tasks: [ClassificationTask] { parts.tasks }

  /// The networks: one, several whose probabilities are averaged, or none for n-grams alone.
  public var networks: [NeuralClassifier] { parts.model.networks }

  /// The kind of model.
  public var kind: ModelKind {
    if networks.isEmpty { return .ngrams }
    if parts.model.ngrams != nil { return .joined }
    return networks[0].configuration.encoder.transformer == nil ? .recurrent : .transformer
  }

  /// Whether any of a pretrained transformer's weights are frozen.
  package var hasFixedWeights: Bool {
    networks.contains { !$0.weights.layout.fixedNames.isEmpty }
  }

  /// Networks and n-grams.
  package var model: JoinedClassifier { parts.model }

  /// The same classifier with another temperature for its first task.
  package init(_ other: TextClassifier, temperature: Double) {
    var tasks = other.tasks
    tasks[0].temperature = temperature
    self.init(encoder: other.encoder, tasks: tasks, model: other.model, record: other.record)
  }

  /// The number of sessions that were created for `classify`.
  package var sessionsMade: Int { pool.sessionsMade }

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
    self.init(encoder: folder.encoder, tasks: folder.tasks, model: folder.model, record: folder.facts)
  }

  /// Writes the model's folder: first next to its destination, synced, then moved into place in one step.
  /// Replaces an existing model and nothing else. Text that people wrote on an existing card is kept
  /// (`ModelCard`).
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - card: used instead of an existing one.
  /// - Returns: the path, and notes for the user.
  /// - Throws: `DiscernError.folder`.
  @discardableResult
  public func write(to path: String, card: ModelCard? = nil) throws(DiscernError) -> SavedModel {
    let folder = folder(card)
    return try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try folder.write(to: path) }
  }

  /// Writes the model's folder to a destination checked before training or, if that fails, elsewhere: next to
  /// the destination, in the working directory, or in the folder for temporary files.
  ///
  /// - Parameters:
  ///   - destination: from `checkDestination`.
  ///   - card: used instead of an existing one.
  /// - Returns: the destination's path, and notes for the user.
  /// - Throws: `DiscernError.folder`; with `BundleError.savedElsewhere`, the model is complete at the path
  ///   named there.
  public func save(
    to destination: ModelDestination, card: ModelCard? = nil
  ) throws(DiscernError) -> SavedModel {
    let folder = folder(card)
    return try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try folder.save(to: destination)
    }
  }

  /// Checks, before long work, that saving a model there will be possible.
  ///
  /// - Parameters:
  ///   - path: the model's folder.
  ///   - expectedBytes: the model's size, as far as known: this much space must be free.
  ///   - reference: the path of a file for a pretrained transformer's frozen weights, shared by all models
  ///     that name it: it is written if it does not exist, and must otherwise hold the same weights. A
  ///     relative path is resolved from the model's folder when it is loaded, so that both can move together.
  ///     nil: the model contains these weights.
  /// - Throws: `DiscernError.folder`.
  @discardableResult
  public static func checkDestination(
    _ path: String, expectedBytes: Int = 0, reference: String? = nil
  ) throws(DiscernError) -> ModelDestination {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try ModelFolder<TrainingRecord>.checkDestination(
        path, expectedBytes: expectedBytes, reference: reference)
    }
  }

  /// Checks that this model can be saved there: that it has frozen weights for the reference, and that the
  /// reference does not exist yet or holds the same weights.
  ///
  /// - Throws: `DiscernError.folder`.
  public func check(_ destination: ModelDestination) throws(DiscernError) {
    let folder = folder(nil)
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try folder.checkReference(of: destination)
    }
  }

  /// A text's classification. Memory is kept for the next text, as in a `Session`.
  ///
  /// - Throws: `DiscernError.text` if the text is longer than half a gigabyte.
  public func classify(_ text: String) throws(DiscernError) -> Classification {
    try classify([text])[0]
  }

  /// The texts' classifications, in their order. A text's scores are bit-identical alone and in any batch.
  public func classify(_ texts: [String]) throws(DiscernError) -> [Classification] {
    try pool.withSession { session throws(DiscernError) in
      for text in texts { try session.add(text) }
      return session.classify()
    }
  }

  /// - Parameter compute: threads and kernels; by default one thread and the best kernels.
  public func makeSession(compute: Compute = Compute(threadCount: 1)) throws(DiscernError) -> Session {
    try Session(parts, compute)
  }
}
