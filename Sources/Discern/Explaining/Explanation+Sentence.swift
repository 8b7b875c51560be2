extension Explanation {
  /// A sentence of the text, for a network that reads sentence by sentence.
  public struct Sentence: Sendable, Hashable, Codable {
    /// Its byte range in the UTF-8 of the given text, from its first word to its last. Ranges ascend and do
    /// not overlap.
    public let range: Range<Int>
    /// The range of its words in the explanation's words.
    public let words: Range<Int>
    /// With gradients, the sum of its words' scores; with attention, its share of the attention; nil with
    /// occlusion, whose scores do not add up.
    public let score: Float?
    /// Its share of the network's attention, 0...1, which is not a reason for the label; nil if words are not
    /// pooled by attention.
    public let attention: Float?
  }
}

extension Explainer {
  /// The sentences that the network read; nil for a network that does not read sentence by sentence.
  ///
  /// - Parameter words: the explanation's words.
  func sentences(
    _ read: ReadText, _ words: [Explanation.Word], _ method: ExplanationMethod
  ) -> [Explanation.Sentence]? {
    guard let starts = read.texts.sentences?[0] else { return nil }
    if read.kept.isEmpty { return [] }
    let hasAttention = parts.model.networks.first?.hasAttention == true
    let attention = hasAttention ? self.attention(read) : read.kept.map { _ in 0 }
    let spans = read.spanOfToken
    var found: [(words: Range<Int>, share: Float)] = []
    for (place, start) in zip(starts.indices, starts) {
      let end = place + 1 < starts.endIndex ? Int(starts[place + 1]) : read.kept.count
      let tokens = Int(start)..<end
      let share = attention[tokens].reduce(0, +)
      // A word with tokens in two sentences belongs to the first.
      let first = max(found.last?.words.upperBound ?? 0, spans[read.kept[tokens.lowerBound]])
      let last = spans[read.kept[tokens.upperBound - 1]]
      if first <= last {
        found.append((first..<last + 1, share))
      } else {
        found[found.count - 1].share += share
      }
    }
    return found.map { own, share in
      Explanation.Sentence(
        range: words[own.lowerBound].range.lowerBound..<words[own.upperBound - 1].range.upperBound,
        words: own, score: score(of: words[own], share, method), attention: hasAttention ? share : nil)
    }
  }

  private func score(
    of words: ArraySlice<Explanation.Word>, _ share: Float, _ method: ExplanationMethod
  ) -> Float? {
    switch method {
    case .gradients: words.reduce(0) { $0 + $1.score }
    case .occlusion: nil
    case .attention: share
    }
  }
}
