import DiscernTraining

/// How a sequence model looks for the likeliest sequence.
public struct SequenceDecoding: Hashable, Sendable {
  /// Beginnings that are kept at each step; 1: the likeliest token is taken (greedily).
  public var beamWidth = 1
  /// α: a sequence of n tokens, its end included, is judged by its log probability over ((5 + n) / 6)^α (Wu
  /// et al. 2016); 0: by the log probability, which short sequences have more of.
  public var lengthPenalty = 0.6
  /// Tokens that are written at most; nil: as many as in training.
  public var maximumTokens: Int?

  /// Greedy.
  public init() {}

  /// - Throws: `DiscernError` naming the first value that cannot be, as flags name it.
  public func validate() throws(DiscernError) {
    func require(_ holds: Bool, _ name: String, _ value: String, _ expected: String) throws(DiscernError) {
      if !holds { throw .training(.invalidOption(name: name, value: value, expected: expected)) }
    }
    try require((1...1_000).contains(beamWidth), "beam", "\(beamWidth)", "1 (greedy) to 1000")
    try require(lengthPenalty >= 0 && lengthPenalty <= 10, "length-penalty", "\(lengthPenalty)", "0 to 10")
    if let maximumTokens {
      try require((1...1_000_000).contains(maximumTokens), "max-tokens", "\(maximumTokens)", "1 to 1000000")
    }
  }
}
