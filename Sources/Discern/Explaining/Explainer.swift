import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernVocabulary

/// Explains texts one after another, reusing its memory. For one thread at a time.
public final class Explainer {
  let parts: TextClassifier.Parts
  private let encoder: TextEncoderSession
  private let predictor: JoinedPredictor
  /// Nil without a network.
  let gradients: IntegratedGradients?
  /// For word networks joined with a transformer; nil without any.
  let companionGradients: IntegratedGradients?
  /// Classifies texts with a word removed.
  let session: TextClassifier.Session

  /// Whether the current explanation is still needed; called between passes of the network.
  package var isWanted: () -> Bool = { true } {
    didSet {
      gradients?.isWanted = isWanted
      companionGradients?.isWanted = isWanted
    }
  }

  init(_ parts: TextClassifier.Parts, _ compute: Compute) throws(DiscernError) {
    self.parts = parts
    encoder = try wrapping(DiscernError.text) { () throws(TextError) in try parts.encoder.makeSession() }
    predictor = JoinedPredictor(parts.model, compute: compute)
    gradients =
      parts.model.networks.isEmpty ? nil : IntegratedGradients(parts.model.networks, compute: compute)
    companionGradients =
      parts.model.companions.isEmpty ? nil : IntegratedGradients(parts.model.companions, compute: compute)
    session = try TextClassifier.Session(parts, compute)
  }

  /// Explains which words of a text changed the logit of a label.
  ///
  /// - Parameters:
  ///   - text: processed like any text given to the model.
  ///   - method: how the scores are computed.
  ///   - task: the task's name; nil: the first task.
  ///   - label: the label to explain; nil: the task's most probable label.
  /// - Throws: `DiscernError.explanation` for a task, a label or attention that the model does not have;
  ///   `.text` if the text is longer than half a gigabyte.
  public func explain(
    _ text: String, method: ExplanationMethod = .gradients, task: String? = nil, label: String? = nil
  ) throws(DiscernError) -> Explanation {
    let head = try self.head(of: task)
    let wanted = try label.map { label throws(DiscernError) in try self.label(label, of: head) }
    try check(method)
    let read = try self.read(text)
    let result = try explanation(of: read, method, head: head, label: wanted ?? ranking(read, head)[0])
    if !isWanted() { throw .interrupted }
    return result
  }

  /// Explains a task's decision about a text: one explanation for each label given, and one for the most
  /// probable of the others.
  package func explainDecision(
    _ text: String, method: ExplanationMethod, task: String
  ) throws(DiscernError) -> [Explanation] {
    let head = try self.head(of: task)
    try check(method)
    let read = try self.read(text)
    let ranking = ranking(read, head)
    let start = predictor.outputs.ranges[head].lowerBound
    let given =
      switch parts.tasks[head].decision {
      case .likeliest: Array(ranking.prefix(1))
      case .thresholds(let thresholds):
        ranking.filter { read.probabilities[start + $0] >= thresholds[$0] }
      }
    var result: [Explanation] = []
    for label in given + ranking.filter({ !given.contains($0) }).prefix(1) {
      result.append(try explanation(of: read, method, head: head, label: label))
    }
    return result
  }

  private func explanation(
    of read: ReadText, _ method: ExplanationMethod, head: Int, label: Int
  ) throws(DiscernError) -> Explanation {
    switch method {
    case .gradients: byGradients(read, head, label)
    case .occlusion: try byOcclusion(read, head, label)
    case .attention: byAttention(read, head, label)
    }
  }

  // MARK: Choices

  private func head(of task: String?) throws(DiscernError) -> Int {
    guard let task else { return 0 }
    guard let head = parts.tasks.firstIndex(where: { $0.name == task }) else {
      throw .explanation(.unknownTask(name: task, known: parts.tasks.map(\.name)))
    }
    return head
  }

  private func label(_ name: String, of head: Int) throws(DiscernError) -> Int {
    let task = parts.tasks[head]
    guard let label = task.labels.names.firstIndex(of: name) else {
      throw .explanation(.unknownLabel(name: name, task: task.name, known: task.labels.names))
    }
    return label
  }

  /// Checks a method, task and label before any text is read.
  ///
  /// - Throws: `DiscernError.explanation` for those that the model does not have.
  package func check(_ method: ExplanationMethod, task: String, label: String?) throws(DiscernError) {
    let head = try self.head(of: task)
    if let label { _ = try self.label(label, of: head) }
    try check(method)
  }

  private func check(_ method: ExplanationMethod) throws(DiscernError) {
    guard method == .attention else { return }
    let networks = parts.model.networks
    if networks.first?.hasAttention != true {
      throw .explanation(.noAttention(hasNetwork: !networks.isEmpty))
    }
  }

  /// A task's labels, most probable first.
  private func ranking(_ read: ReadText, _ head: Int) -> [Int] {
    let own = Array(read.probabilities[predictor.outputs.ranges[head]])
    return own.indices.sorted { own[$0] != own[$1] ? own[$0] > own[$1] : $0 < $1 }
  }

  // MARK: Reading

  private func read(_ text: String) throws(DiscernError) -> ReadText {
    var text = text
    text.makeContiguousUTF8()
    var texts = parts.encoder.noTexts()
    var ids: [Int32] = []
    var failure: DiscernError?
    let result = text.utf8.withContiguousStorageIfAvailable { utf8 -> TextEncoderSession.Result? in
      do throws(DiscernError) {
        return try wrapping(DiscernError.text) { () throws(TextError) in
          try encoder.encode(utf8, appendingTo: &ids)
        }
      } catch {
        failure = error
        return nil
      }
    }
    if let failure { throw failure }
    guard let result = result ?? nil else { preconditionFailure("the text's memory is not contiguous") }
    encoder.append(ids, to: &texts)
    var (spans, tokens, kept) = encoder.spans(of: text)
    if let pieces = encoder.pieces { spans = ReadText.spans(spans, with: pieces.spans) }
    let hasNGrams =
      texts.ngrams.map { parts.model.ngrams?.hasEvidence($0, row: 0) ?? false } ?? false
    let (logits, network, companion) = predictor.parts(texts)
    return ReadText(
      text: text, texts: texts, spans: spans, tokens: tokens, kept: Array(kept.joined()),
      companionKept: encoder.companion?.keptPlaces ?? [],
      pieces: encoder.pieces, places: encoder.ngramPlaces,
      evidence: Classification.Evidence(result, hasNGrams: hasNGrams),
      logits: logits, network: network, companion: companion,
      probabilities: predictor.outputs.probabilities(
        ofLogits: logits, temperatures: parts.tasks.map(\.temperature)))
  }

  /// The attention weights [tokens that the network read].
  func attention(_ read: ReadText) -> [Float] {
    var attention: [Float] = []
    _ = predictor.logits(read.texts) { attention = $1 }
    return attention
  }

  /// The index of a label among all outputs.
  func output(_ head: Int, _ label: Int) -> Int { predictor.outputs.ranges[head].lowerBound + label }
}
