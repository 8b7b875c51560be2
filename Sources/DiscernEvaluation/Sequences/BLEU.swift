import DiscernSystem

/// The similarity of texts to their references by their common n-grams of one to four words (Papineni et al.
/// 2002), as in sacrebleu by default: words by `MTEvalWords`, the counts of all texts together, and
/// exponential smoothing if no n-gram of a length agrees (Post 2018).
public struct BLEU: Hashable, Sendable {
  /// The score, 0 to 100.
  public let score: Double
  /// The shares of n-grams of one, two, three and four words that the references have, too, in %; the
  /// smoothed value if they have none.
  public let precisions: [Double]
  /// The factor that penalises texts shorter than their references; 1: no penalty.
  public let brevityPenalty: Double
  /// The numbers of words in the texts and in the references.
  public let length: Int, referenceLength: Int
  /// Whether a reference has four words. Otherwise the score is meaningless: even the references themselves
  /// get 0.
  public let isMeaningful: Bool

  private static let order = 4

  /// - Parameter pairs: texts, each with its reference.
  public init(_ pairs: some Sequence<(text: String, reference: String)>) {
    var matches = [Int](repeating: 0, count: Self.order)
    var totals = matches
    var (length, referenceLength, longest) = (0, 0, 0)
    for (text, reference) in pairs {
      let words = MTEvalWords.words(of: text)
      let wanted = MTEvalWords.words(of: reference)
      length += words.count
      referenceLength += wanted.count
      longest = max(longest, wanted.count)
      for size in 1...Self.order {
        let own = Self.counts(words, size)
        let other = Self.counts(wanted, size)
        totals[size - 1] += max(0, words.count - size + 1)
        matches[size - 1] += own.reduce(0) { $0 + min($1.value, other[$1.key] ?? 0) }
      }
    }
    self.length = length
    self.referenceLength = referenceLength
    isMeaningful = longest >= Self.order
    let penalty =
      length >= referenceLength
      ? 1 : length == 0 ? 0 : exp(1 - Double(referenceLength) / Double(length))
    brevityPenalty = penalty
    (score, precisions) = Self.score(matches, totals, penalty)
  }

  private static func score(
    _ matches: [Int], _ totals: [Int], _ penalty: Double
  ) -> (score: Double, precisions: [Double]) {
    var precisions = [Double](repeating: 0, count: order)
    guard matches.contains(where: { $0 > 0 }) else { return (0, precisions) }
    var smoothing = 1.0
    for size in 0..<order where totals[size] > 0 {
      if matches[size] > 0 {
        precisions[size] = 100 * Double(matches[size]) / Double(totals[size])
      } else {
        smoothing *= 2
        precisions[size] = 100 / (smoothing * Double(totals[size]))
      }
    }
    // Texts that are all shorter than four words have no n-grams of four to compare.
    guard precisions.allSatisfy({ $0 > 0 }) else { return (0, precisions) }
    let mean = precisions.reduce(0) { $0 + log($1) } / Double(order)
    return (penalty * exp(mean), precisions)
  }

  private static func counts(_ words: [String], _ size: Int) -> [ArraySlice<String>: Int] {
    var counts: [ArraySlice<String>: Int] = [:]
    for start in 0..<max(0, words.count - size + 1) { counts[words[start..<start + size], default: 0] += 1 }
    return counts
  }
}
