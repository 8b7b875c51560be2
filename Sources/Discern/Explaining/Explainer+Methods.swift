import DiscernModels
import DiscernTensor
import DiscernText
import DiscernVocabulary

extension Explainer {
  /// The parts of a word's score.
  private struct Parts {
    var network = 0.0
    var ngrams = 0.0
  }

  func byGradients(_ read: ReadText, _ head: Int, _ label: Int) -> Explanation {
    var scores = [Parts](repeating: Parts(), count: read.spans.count)
    let (networkBase, gap) = addNetworks(read, head, label, &scores)
    let (ngramBase, ngrams) = addNGrams(read, head, label, &scores)
    let (hasNetwork, hasNGrams) = (read.network != nil, parts.model.ngrams != nil)
    return explanation(
      .gradients, read, head, label, base: Float(networkBase + ngramBase),
      words: zip(read.spans, scores).map { span, score in
        word(
          read, span, score: Float(score.network + score.ngrams),
          network: hasNetwork ? Float(score.network) : nil, ngrams: hasNGrams ? Float(score.ngrams) : nil)
      },
      ngrams: ngrams, gap: gap.flatMap { $0.isFinite ? $0 : nil },
      reliability: gap.map { $0 <= IntegratedGradients.bound ? .close : .unreliable } ?? .exact)
  }

  /// Networks that read the same tokens.
  private struct NetworkPart {
    let gradients: IntegratedGradients
    /// The text as these networks read it, alone.
    let texts: EncodedTexts
    /// [C] the networks' logits, of all tasks.
    let logits: [Float]
    /// The factor of its logits in the model.
    let factor: Double
    /// By token read: the span that contains it; nil for a token that is not in the text.
    let spans: [Int?]
    /// Whether these networks read any part of the text.
    let isRead: Bool
  }

  private func networkParts(_ read: ReadText, _ head: Int) -> [NetworkPart] {
    let mixing = parts.model.mixing?[head]
    var result: [NetworkPart] = []
    if let gradients, let logits = read.network {
      result.append(
        NetworkPart(
          gradients: gradients, texts: read.texts, logits: logits, factor: Double(mixing?.network ?? 1),
          spans: read.spanOfNetworkToken, isRead: read.isRead))
    }
    if let companionGradients, let logits = read.companion, let texts = read.texts.companions.first {
      let spans = read.spanOfToken
      result.append(
        NetworkPart(
          gradients: companionGradients, texts: texts, logits: logits, factor: Double(mixing?.companion ?? 0),
          spans: read.companionKept.map { spans[$0] }, isRead: !read.companionKept.isEmpty))
    }
    return result
  }

  /// - Returns: the networks' share of the base, and their largest gap.
  private func addNetworks(
    _ read: ReadText, _ head: Int, _ label: Int, _ scores: inout [Parts]
  ) -> (base: Double, gap: Double?) {
    var (base, gap) = (0.0, nil as Double?)
    for part in networkParts(read, head) {
      let logit = part.logits[output(head, label)]
      // If no word was read, the whole logit belongs to the base.
      guard part.isRead else {
        base += part.factor * Double(logit)
        continue
      }
      let result = part.gradients.explain(part.texts, text: 0, head: head, label: label, logit: logit)
      base += part.factor * result.start
      gap = max(gap ?? result.gap, result.gap)
      for (span, score) in zip(part.spans, result.scores) {
        // The tokens that begin and end every text are not among its words.
        if let span { scores[span].network += part.factor * score } else { base += part.factor * score }
      }
    }
    return (base, gap)
  }

  /// - Returns: the n-grams' share of the base, and all n-grams of the text.
  private func addNGrams(
    _ read: ReadText, _ head: Int, _ label: Int, _ scores: inout [Parts]
  ) -> (base: Double, ngrams: [Explanation.NGram]) {
    guard let model = parts.model.ngrams, let rows = read.texts.ngrams else { return (0, []) }
    let spans = read.spanOfToken
    let places = Dictionary(grouping: read.places, by: \.feature)
    var ngrams: [Explanation.NGram] = []
    for (feature, value) in parts.model.ngramContributions(of: rows, 0, head: head, label: label) {
      let own = places[feature] ?? []
      for place in own {
        let share = Double(value) / Double(own.count) / Double(place.words.count)
        for token in place.words { scores[spans[token]].ngrams += share }
      }
      ngrams.append(
        Explanation.NGram(
          text: model.vocabulary.name(feature),
          kind: model.vocabulary.kind(feature) == .words ? .words : .letters, contribution: value,
          places: own.map { place in
            let first = read.spans[spans[place.words.lowerBound]].range
            return first.lowerBound..<read.spans[spans[place.words.upperBound - 1]].range.upperBound
          }))
    }
    let factor = Double(parts.model.mixing?[head].ngrams ?? 1)
    return (factor * Double(model.bias(head: head, label: label)), ngrams)
  }

  /// The maximum number of bytes of texts classified together: a window's numbers take more memory than its
  /// texts.
  private static let occlusionWindow = 1 << 20

  func byOcclusion(_ read: ReadText, _ head: Int, _ label: Int) throws(DiscernError) -> Explanation {
    var logits: [Float] = []
    func classify() {
      let scores = session.scores()
      let size = parts.model.outputs.count
      for text in scores.evidence.indices { logits.append(scores.logits[text * size + output(head, label)]) }
    }
    try session.add(read.text)
    var text: [UInt8] = []
    var waiting = read.text.utf8.count
    for span in read.spans {
      read.text.write(takingOut: span.range, to: &text)
      if waiting + text.count > Self.occlusionWindow {
        classify()
        waiting = 0
      }
      waiting += text.count
      try text.withUnsafeBufferPointer { (utf8) throws(DiscernError) in try session.add(utf8) }
    }
    classify()
    return explanation(
      .occlusion, read, head, label,
      words: read.spans.indices.map {
        word(read, read.spans[$0], score: logits[0] - logits[$0 + 1])
      }, reliability: .exact)
  }

  func byAttention(_ read: ReadText, _ head: Int, _ label: Int) -> Explanation {
    var scores = [Float](repeating: 0, count: read.spans.count)
    let spans = read.spanOfToken
    for (token, weight) in zip(read.kept, attention(read)) { scores[spans[token]] += weight }
    return explanation(
      .attention, read, head, label,
      words: zip(read.spans, scores).map { word(read, $0, score: $1) }, reliability: .notAReason)
  }

  private func word(
    _ read: ReadText, _ span: TokenSpan, score: Float, network: Float? = nil, ngrams: Float? = nil
  ) -> Explanation.Word {
    let tokens = Array(read.tokens[span.tokens])
    let vocabulary = parts.encoder.vocabulary
    let hasNetwork = read.network != nil
    return Explanation.Word(
      range: span.range, text: read.string(span.range), tokens: tokens, score: score, network: network,
      ngrams: ngrams,
      isKnown: hasNetwork ? read.isKnown(span, vocabulary, parts.encoder.pieces) : nil,
      isRead: hasNetwork ? read.isRead(span) : nil)
  }

  private func explanation(
    _ method: ExplanationMethod, _ read: ReadText, _ head: Int, _ label: Int, base: Float? = nil,
    words: [Explanation.Word], ngrams: [Explanation.NGram] = [], gap: Double? = nil,
    reliability: Explanation.Reliability
  ) -> Explanation {
    let (task, output) = (parts.tasks[head], output(head, label))
    return Explanation(
      method: method, task: task.name, label: task.labels.names[label],
      probability: read.probabilities[output], logit: read.logits[output], base: base, words: words,
      sentences: sentences(read, words, method), ngrams: ngrams, gap: gap, reliability: reliability,
      evidence: read.evidence)
  }
}
