import DiscernSystem

/// How a token is chosen from a probability distribution.
public struct TokenSampling: Hashable, Sendable {
  /// Whether the most probable token is always chosen (the first of equal ones). The other settings are then
  /// ignored.
  public var isGreedy = false
  /// The divisor of log probabilities: below 1 likely tokens become likelier, above 1 less likely.
  public var temperature = 1.0
  /// Draws only from this many of the most probable tokens; nil: from all.
  public var topK: Int?
  /// Draws only from the smallest set of most probable tokens whose probabilities, after temperature and
  /// `topK`, sum to at least this share (nucleus sampling: Holtzman et al. 2020); nil: from all.
  public var topP: Double?

  /// Draws from the probabilities as they are.
  public init() {}

  /// The index of the chosen token.
  ///
  /// Cost: linear in the tokens; with `topK` or `topP` they are sorted.
  ///
  /// - Parameters:
  ///   - logits: log probabilities up to a common constant; -∞ for a token that must not be chosen.
  ///   - uniform: a draw from [0, 1).
  /// - Returns: nil if no token can be chosen.
  package func choose(_ logits: UnsafeBufferPointer<Double>, uniform: Double) -> Int? {
    guard let best = logits.indices.max(by: { logits[$0] < logits[$1] }), logits[best] > -.infinity else {
      return nil
    }
    let largest = logits[best]
    // `max` would return the last of equal ones.
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
    // Rounding can leave the sum below the draw.
    return shares.lastIndex { $0 > 0 }.map { candidates[$0] }
  }
}
