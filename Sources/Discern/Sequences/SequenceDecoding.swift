import DiscernTraining

/// How a sequence model searches for the most probable sequence.
public struct SequenceDecoding: Hashable, Sendable {
  /// The number of hypotheses kept at each step; 1: greedy search.
  public var beamWidth = 1
  /// α: a sequence of n tokens, including its end, is scored by its log probability divided by ((5 + n) /
  /// 6)^α (Wu et al. 2016); 0: by the log probability alone, which favours short sequences.
  public var lengthPenalty = 0.6
  /// The maximum number of output tokens; nil: as in training.
  public var maximumTokens: Int?

  /// The defaults: greedy search.
  public init() {}

  /// - Throws: `DiscernError` for the first invalid value, named by its flag.
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
