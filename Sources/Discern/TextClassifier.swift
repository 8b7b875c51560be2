import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// What a classifier says of a text.
public struct Classification: Sendable, Hashable {
  /// The likeliest label.
  public let label: String
  public let probability: Float
  /// All labels, likeliest first.
  public let ranking: [Candidate]
  public let evidence: Evidence
  /// Only from a session that includes details.
  public let details: Details?

  /// What the verdict was computed from.
  public struct Details: Sendable, Hashable {
    /// Ids of the vocabulary, as the network saw them: cut to the limit, `<unk>` for an empty text.
    public let tokenIDs: [Int32]
    /// By label id, before temperature and softmax.
    public let logits: [Float]
  }

  public struct Candidate: Sendable, Hashable {
    public let label: String
    public let probability: Float
  }

  /// Whether there was anything to judge by.
  public enum Evidence: String, Sendable, Hashable, Codable {
    case normal
    /// The text has no tokens; the verdict is the model's prior.
    case empty
    /// No word of the text is in the vocabulary.
    case allUnknown = "all-unknown"
  }
}

/// A trained text classifier: tokenizer, vocabulary, labels and network.
///
/// ```swift
/// let classifier = try TextClassifier(contentsOf: "model")
/// print(try classifier.classify("What a lovely film!").label)
/// ```
///
/// A value that any thread may use. For many texts use `classify(_:)` with an array, or a `Session`.
public struct TextClassifier: Sendable {
  public let encoder: TextEncoder
  public let labels: LabelSet
  public let model: AttentionLSTMClassifier
  /// What logits are divided by before softmax makes probabilities of them; 1 without calibration.
  public let temperature: Double
  public let record: TrainingRecord

  init(
    encoder: TextEncoder, labels: LabelSet, model: AttentionLSTMClassifier, temperature: Double,
    record: TrainingRecord
  ) {
    self.encoder = encoder
    self.labels = labels
    self.model = model
    self.temperature = temperature
    self.record = record
  }

  /// The same classifier with another temperature.
  package init(_ other: TextClassifier, temperature: Double) {
    self.init(
      encoder: other.encoder, labels: other.labels, model: other.model, temperature: temperature,
      record: other.record)
  }

  /// Loads a model's folder, after checking all of it.
  ///
  /// - Throws: `DiscernError.folder`.
  public init(contentsOf path: String) throws(DiscernError) {
    let folder = try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try ModelFolder<TrainingRecord>(path: path)
    }
    self.init(
      encoder: folder.encoder, labels: folder.labels, model: folder.model, temperature: folder.temperature,
      record: folder.facts)
  }

  /// Writes the model's folder: beside its destination, synced, then renamed. Replaces a model of that
  /// name and nothing else.
  ///
  /// - Throws: `DiscernError.folder`.
  public func write(to path: String) throws(DiscernError) {
    let folder = ModelFolder(
      encoder: encoder, labels: labels, model: model, temperature: temperature, facts: record)
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in try folder.write(to: path) }
  }

  /// Whether a model may be written there; asked before long work.
  ///
  /// - Throws: `DiscernError.folder`.
  public static func checkDestination(_ path: String) throws(DiscernError) {
    try wrapping(DiscernError.folder) { () throws(ModelFolderError) in
      try ModelFolder<TrainingRecord>.checkDestination(path)
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
      predictor = Predictor(classifier.model, compute: compute)
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
      let classes = classifier.labels.count
      let names = classifier.labels.names
      let logits = predictor.logits(texts)
      let probabilities = predictor.softmaxOfRows(logits, temperature: classifier.temperature)
      let result = evidence.enumerated().map { index, evidence in
        let row = index * classes..<(index + 1) * classes
        let ranking = zip(names, probabilities[row]).enumerated().sorted { a, b in
          a.element.1 != b.element.1 ? a.element.1 > b.element.1 : a.offset < b.offset
        }.map { Classification.Candidate(label: $0.element.0, probability: $0.element.1) }
        return Classification(
          label: ranking[0].label, probability: ranking[0].probability, ranking: ranking,
          evidence: evidence,
          details: includesDetails
            ? Classification.Details(tokenIDs: Array(texts[index]), logits: Array(logits[row])) : nil)
      }
      texts = EncodedTexts()
      evidence.removeAll(keepingCapacity: true)
      return result
    }
  }
}
