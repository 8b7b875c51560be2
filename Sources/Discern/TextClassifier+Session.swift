import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernVocabulary

extension TextClassifier {
  /// Classifies texts a window at a time, reusing its memory. For one thread at a time.
  public final class Session {
    private let parts: Parts
    private let encoder: TextEncoderSession
    private let predictor: JoinedPredictor
    private var texts = EncodedTexts()
    private var ids: [Int32] = []
    private var evidence: [Classification.Evidence] = []
    /// By text: its tokens; nil if no details are requested.
    private var tokens: [[(text: String, range: Range<Int>?)]?] = []
    /// Whether the classifications of texts added from now on include their tokens and logits.
    public var includesDetails = false
    /// The confidence that is enough to classify a text early; nil, the default: the whole model reads every
    /// text.
    ///
    /// If the n-grams alone give the most probable label at least this probability (with several tasks, in
    /// each task; in a multi-label task, for each label's decision), they classify the text, and no network
    /// reads it. If the network has an early exit, its first layer, together with the n-grams, classifies
    /// those of the other texts for which it is as confident. See `TextClassifier.check(exitConfidence:)`.
    public var exitConfidence: Float? {
      didSet { predictor.setExit(at: exitConfidence, temperatures: parts.tasks.map(\.temperature)) }
    }
    /// The numbers of texts answered at each exit, with an `exitConfidence`.
    public var exits: ExitCounts { predictor.exits }

    /// The number of texts so far that a network read only in part, because they are longer than its limit.
    public private(set) var cutCount = 0

    init(_ parts: Parts, _ compute: Compute) throws(DiscernError) {
      self.parts = parts
      encoder = try wrapping(DiscernError.text) { () throws(TextError) in try parts.encoder.makeSession() }
      predictor = JoinedPredictor(parts.model, compute: compute)
      empty()
    }

    /// The number of waiting texts.
    public var count: Int { texts.count }

    /// The number of tokens in the waiting texts; 0 for a model without a network.
    package var tokenCount: Int { texts.tokenIDs.count }

    /// Adds a text to the window.
    ///
    /// - Throws: `DiscernError.text` if it is longer than half a gigabyte; the text is then not added.
    public func add(_ text: String) throws(DiscernError) {
      var text = text
      text.makeContiguousUTF8()
      let failure = text.utf8.withContiguousStorageIfAvailable { utf8 -> DiscernError? in
        do throws(DiscernError) { try encode(utf8) } catch { return error }
        return nil
      }
      if let failure = failure ?? nil { throw failure }
    }

    /// Adds a text to the window.
    ///
    /// - Throws: `DiscernError.text` if it is not valid UTF-8, or longer than half a gigabyte; the text is
    ///   then not added.
    public func add(_ utf8: UnsafeBufferPointer<UInt8>) throws(DiscernError) {
      guard UTF8Validation.isValid(utf8) else { throw .text(.notUTF8(place: count + 1)) }
      try encode(utf8)
    }

    private func encode(_ utf8: UnsafeBufferPointer<UInt8>) throws(DiscernError) {
      ids.removeAll(keepingCapacity: true)
      let result = try wrapping(DiscernError.text) { () throws(TextError) in
        try encoder.encode(utf8, appendingTo: &ids)
      }
      encoder.append(ids, to: &texts)
      tokens.append(
        includesDetails ? encoder.keptTokens(of: String(decoding: utf8, as: UTF8.self)) : nil)
      evidence.append(Classification.Evidence(result, hasNGrams: lastHasNGrams))
      if result.isCut { cutCount += 1 }
    }

    /// Whether any n-gram of the last encoded text has a weight.
    private var lastHasNGrams: Bool {
      guard let rows = texts.ngrams, let ngrams = parts.model.ngrams else { return false }
      return ngrams.hasEvidence(rows, row: rows.count - 1)
    }

    /// Classifies the window's texts, in their order, and empties it.
    public func classify() -> [Classification] {
      let scores = scores()
      let outputs = predictor.outputs.count
      let heads = zip(parts.tasks, predictor.outputs.ranges).map { task, range in
        (task: task, names: task.labels.names, range: range)
      }
      return zip(scores.evidence, scores.details).enumerated().map { index, other in
        Classification(
          predictions: heads.map { task, names, range in
            let place = index * outputs
            return Self.prediction(
              task, names, scores.probabilities[place + range.lowerBound..<place + range.upperBound])
          },
          evidence: other.0, details: other.1)
      }
    }

    /// The results for a window's texts as plain numbers.
    package struct Scores {
      /// [texts, C], of all tasks side by side.
      package var probabilities: [Float] = []
      /// The logits, before temperature and softmax or sigmoid.
      package var logits: [Float] = []
      package var evidence: [Classification.Evidence] = []
      /// By text; nil if not requested.
      package var details: [Classification.Details?] = []
    }

    /// The scores of the window's texts, in their order; empties the window. Faster than `classify` if there
    /// are many labels.
    package func scores() -> Scores {
      guard texts.count > 0 else { return Scores() }
      let outputs = predictor.outputs.count
      var attention = [[Float]](repeating: [], count: texts.count)
      let wantsAttention = tokens.contains { $0 != nil }
      let logits = predictor.logits(
        texts, onAttention: wantsAttention ? { attention[$0] = $1 } : nil)
      let probabilities = predictor.outputs.probabilities(
        ofLogits: logits, temperatures: parts.tasks.map(\.temperature))
      let details = tokens.enumerated().map { index, tokens -> Classification.Details? in
        let row = index * outputs..<(index + 1) * outputs
        return tokens.map {
          self.details(
            index, $0, attention: attention[index], logits: Array(logits[row]),
            probabilities: Array(probabilities[row]))
        }
      }
      let scores = Scores(
        probabilities: probabilities, logits: logits, evidence: evidence, details: details)
      empty()
      return scores
    }

    /// The details of a text in the window, from its own results.
    private func details(
      _ text: Int, _ tokens: [(text: String, range: Range<Int>?)], attention: [Float], logits: [Float],
      probabilities: [Float]
    ) -> Classification.Details {
      Classification.Details(
        tokens: texts[text].enumerated().map { place, id in
          let token = place < tokens.count ? tokens[place] : (text: "", range: nil)
          return Classification.Token(
            text: token.text, id: id, range: token.range,
            attention: attention.isEmpty ? nil : attention[place])
        },
        logits: Dictionary(
          uniqueKeysWithValues: zip(parts.tasks, predictor.outputs.ranges).map {
            ($0.name, Array(logits[$1]))
          }),
        ngrams: ngrams(text, probabilities))
    }

    /// By task: the strongest n-grams of a text in the window.
    private func ngrams(_ text: Int, _ probabilities: [Float]) -> [String: [Classification.NGram]]? {
      guard let rows = texts.ngrams, parts.model.ngrams != nil else { return nil }
      var result: [String: [Classification.NGram]] = [:]
      for (head, range) in predictor.outputs.ranges.enumerated() {
        let own = probabilities[range]
        let label = own.indices.max { own[$0] < own[$1] } ?? own.startIndex
        result[parts.tasks[head].name] = parts.model.strongestNGrams(
          of: rows, text, head: head, label: label - range.lowerBound)
      }
      return result
    }

    /// Discards the waiting texts.
    func empty() {
      texts = parts.encoder.noTexts()
      evidence.removeAll(keepingCapacity: true)
      tokens.removeAll(keepingCapacity: true)
    }

    private static func prediction(
      _ task: ClassificationTask, _ names: [String], _ probabilities: ArraySlice<Float>
    ) -> Classification.Prediction {
      let order = zip(0..., probabilities).sorted { a, b in a.1 != b.1 ? a.1 > b.1 : a.0 < b.0 }
      let ranking = order.map { Classification.Candidate(label: names[$0.0], probability: $0.1) }
      let given =
        switch task.decision {
        case .likeliest: [ranking[0]]
        case .thresholds(let thresholds):
          zip(order, ranking).filter { $0.0.1 >= thresholds[$0.0.0] }.map(\.1)
        }
      return .init(task: task.name, labels: given, ranking: ranking)
    }
  }
}
