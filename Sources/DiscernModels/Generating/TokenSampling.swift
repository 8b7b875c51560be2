import DiscernSystem

/// How one of several tokens is chosen by their probabilities.
public struct TokenSampling: Hashable, Sendable {
  /// Whether the likeliest is taken, always; of equal ones the first. All else then counts for nothing.
  public var isGreedy = false
  /// What log probabilities are divided by: below 1 likely tokens become likelier, above 1 less likely.
  public var temperature = 1.0
  /// Only so many of the likeliest tokens are drawn from; nil: all.
  public var topK: Int?
  /// Only the fewest of the likeliest tokens are drawn from whose probabilities, after temperature and
  /// `topK`, come to this share (nucleus sampling: Holtzman et al. 2020); nil: all.
  public var topP: Double?

  /// Draws from the probabilities as they are.
  public init() {}

  /// The number of the chosen token.
  ///
  /// Cost: linear in the tokens; with `topK` or `topP` they are sorted.
  ///
  /// - Parameters:
  ///   - logits: log probabilities but for a term that they share; -∞ for a token that is not to be chosen.
  ///   - uniform: a draw, from 0 to below 1.
  /// - Returns: nil where no token can be chosen.
  package func choose(_ logits: UnsafeBufferPointer<Double>, uniform: Double) -> Int? {
    guard let best = logits.indices.max(by: { logits[$0] < logits[$1] }), logits[best] > -.infinity else {
      return nil
    }
    let largest = logits[best]
    // `max` gives the last of equal ones.
    if isGreedy { return logits.firstIndex(of: largest) }
    var candidates = logits.indices.filter { logits[$0] > -.infinity }
    if topK != nil || topP != nil {
      candidates.sort { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
      if let topK { candidates.removeLast(max(0, candidates.count - topK)) }
    }
    var shares = candidates.map { exp((logits[$0] - largest) / temperature) }
    if let topP {
      let wanted = topP * shares.reduce(0, +)
      var (sum, count) = (0.0, 0)
      while count < shares.count, count == 0 || sum < wanted {
        sum += shares[count]
        count += 1
      }
      shares.removeLast(shares.count - count)
    }
    let place = uniform * shares.reduce(0, +)
    var sum = 0.0
    for (index, share) in shares.enumerated() {
      sum += share
      if place < sum { return candidates[index] }
    }
    // Sums that were rounded.
    return shares.lastIndex { $0 > 0 }.map { candidates[$0] }
  }
}
