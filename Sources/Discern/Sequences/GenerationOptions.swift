import DiscernModels
import DiscernTraining

/// How a language model continues texts.
public struct GenerationOptions: Hashable, Sendable {
  /// The maximum number of words added to a text.
  public var maximumTokens = 100
  /// How each word is chosen.
  public var sampling = TokenSampling()
  /// The seed of the draws, which also depend on the text's number.
  public var seed: UInt64 = 1

  /// The defaults: draws from the model's unchanged probabilities.
  public init() {}

  /// - Throws: `DiscernError` for the first invalid value, named by its flag.
  public func validate() throws(DiscernError) {
    func require(_ holds: Bool, _ name: String, _ value: String, _ expected: String) throws(DiscernError) {
      if !holds { throw .training(.invalidOption(name: name, value: value, expected: expected)) }
    }
    try require((1...1_000_000).contains(maximumTokens), "max-tokens", "\(maximumTokens)", "1 to 1000000")
    let temperature = sampling.temperature
    try require(
      temperature >= 0.01 && temperature <= 100, "temperature", "\(temperature)",
      "0.01 to 100; for the most probable word use --greedy")
    if let topK = sampling.topK { try require(topK >= 1, "top-k", "\(topK)", "at least 1") }
    if let topP = sampling.topP {
      try require(topP > 0 && topP <= 1, "top-p", "\(topP)", "above 0, at most 1")
    }
  }
}
