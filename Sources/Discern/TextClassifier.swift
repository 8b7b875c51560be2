import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// A trained text classifier: tokenizer, vocabulary, tasks with their labels, and what judges a text:
/// n-grams, a network, or both.
///
/// ```swift
/// let classifier = try TextClassifier(contentsOf: "model")
/// print(try classifier.classify("What a lovely film!").label)
/// ```
///
/// A value that any thread may use. For many texts use `classify(_:)` with an array, or a `Session`.
public struct TextClassifier: Sendable {
  /// All that classifying needs.
  struct Parts: Sendable {
    let encoder: TextEncoder
    let tasks: [ClassificationTask]
    let model: JoinedClassifier
  }

  let parts: Parts
  /// Shared by copies.
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

  /// From raw text to token ids.
  public var encoder: TextEncoder { parts.encoder }

  /// What it is asked of a text; one task or several.
  public var tasks: [ClassificationTask] { parts.tasks }

  /// The networks: one, several whose probabilities' mean counts, or none for n-grams alone.
  public var networks: [AttentionLSTMClassifier] { parts.model.networks }

  /// What judges a text.
  public var kind: ModelKind {
    if networks.isEmpty { return .ngrams }
    if parts.model.ngrams != nil { return .joined }
    return networks[0].configuration.encoder.transformer == nil ? .recurrent : .transformer
  }

  /// Whether training left something of a pretrained transformer as it was.
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

  /// How many sessions were made for `classify`.
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

  /// Writes the model's folder: beside its destination, synced, then put in place in one step. Replaces a
  /// model of that name and nothing else. Of a card that is there what people wrote stays (`ModelCard`).
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - card: to be used in its place.
  /// - Returns: the path, and what is worth telling people.
  /// - Throws: `DiscernError.folder`.
  @discardableResult
  public func write(to path: String, card: ModelCard? = nil) throws(DiscernError) -> SavedModel {
    let folder = folder(card)
    return try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try folder.write(to: path) }
  }

  /// Writes the model's folder to a destination that was checked before training, or else where it can be:
  /// beside the destination, in the working directory, in the folder for temporary files.
  ///
  /// - Parameters:
  ///   - destination: as `checkDestination` found it.
  ///   - card: in the place of one that is there.
  /// - Returns: the destination's path, and what is worth telling people.
  /// - Throws: `DiscernError.folder`; with `BundleError.savedElsewhere`, the model is whole at the path that
  ///   it names.
  public func save(
    to destination: ModelDestination, card: ModelCard? = nil
  ) throws(DiscernError) -> SavedModel {
    let folder = folder(card)
    return try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try folder.save(to: destination)
    }
  }

  /// Tries all that saving a model there needs; asked before long work.
  ///
  /// - Parameters:
  ///   - path: the model's folder.
  ///   - expectedBytes: the model's size, as far as it is known: so much room must be free.
  ///   - reference: the path of a file for what training leaves of a pretrained transformer as it is, once
  ///     for all models that name it: it is written if it is not there, and must hold the same weights if it
  ///     is. A relative path is found from the model's folder later, so that both can move together. nil: the
  ///     model has them itself.
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

  /// Checks what a model that is to be saved there must have: something for the reference, which is not there
  /// yet or holds the same.
  ///
  /// - Throws: `DiscernError.folder`.
  public func check(_ destination: ModelDestination) throws(DiscernError) {
    let folder = folder(nil)
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try folder.checkReference(of: destination)
    }
  }

  /// One text's classification. Memory is kept for the next text, as a `Session` does.
  ///
  /// - Throws: `DiscernError.text` if the text is longer than half a gigabyte.
  public func classify(_ text: String) throws(DiscernError) -> Classification {
    try classify([text])[0]
  }

  /// The texts' classifications, in their order. A text's scores are the same bits alone and among
  /// others.
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
