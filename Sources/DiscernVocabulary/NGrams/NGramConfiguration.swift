import DiscernIO

/// The n-grams of a text that a linear model counts, and the values that it makes of the counts.
///
/// N-grams of words run over the tokenizer's words. N-grams of letters (Unicode scalars) lie within a word,
/// with a space on each side of it; in scripts that are written without spaces they run across the words,
/// without spaces, from one letter on.
public struct NGramConfiguration: Hashable, Sendable {
  /// The values of a text's row, made of its counts.
  public enum Weighting: String, Codable, Hashable, Sendable, CaseIterable {
    /// (1 + ln count) · (ln((1 + texts) / (1 + texts that have it)) + 1), rows scaled to length 1.
    case tfidf
    /// The same, each value times the feature's log-count ratio of the classes (Wang and Manning 2012).
    case nbTFIDF = "nb-tfidf"
    /// 1 if an n-gram occurs, times its log-count ratio of the classes.
    case nb
  }

  /// The maximum number of words in an n-gram; 0: no n-grams of words.
  public var longestWords = 3
  /// The minimum number of letters in an n-gram, including the spaces around a word.
  public var shortestLetters = 2
  /// The maximum number of letters in an n-gram; 0: no n-grams of letters.
  public var longestLetters = 5
  /// The minimum number of texts that have an n-gram; rarer ones are left out.
  public var minimumCount = 2
  /// The maximum number of n-grams; those that the most texts have are kept.
  public var maximumFeatures = 1 << 20
  /// Nil: n-grams are kept by name. Otherwise they share 2^hashBits numbers and have no names.
  public var hashBits: Int?
  /// Nil: `tfidf` or `nbTFIDF`, whichever is better on held-out texts.
  public var weighting: Weighting?
  /// The factor of letter n-grams' values relative to those of words, before rows are scaled to length 1.
  public var letterScale = 0.5
  /// The inverse of the regularisation (C); nil: the best of a few values on held-out texts.
  public var strength: Double?

  /// The defaults.
  public init() {}

  /// Checks all values.
  ///
  /// - Throws: `NGramError.invalidOption` naming the first invalid value.
  public func validate() throws(NGramError) {
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ expected: String)
      throws(NGramError)
    {
      if !holds { throw .invalidOption(name: name, value: "\(value)", expected: expected) }
    }
    try require((0...8).contains(longestWords), "word-ngrams", longestWords, "0 to 8")
    try require(
      (0...12).contains(longestLetters), "letter-ngrams", longestLetters, "1 to 12 letters, or none")
    try require(
      longestWords > 0 || longestLetters > 0, "letter-ngrams", longestLetters,
      "at least 1 where word-ngrams is 0")
    try require(
      (1...max(1, longestLetters)).contains(shortestLetters) || longestLetters == 0,
      "letter-ngrams", shortestLetters,
      "two numbers from 1, the smaller one first")
    try require(
      (1...1 << 30).contains(minimumCount), "ngram-min-count", minimumCount,
      "1 to \(1 << 30)")
    try require(
      (1...Self.featureLimit).contains(maximumFeatures), "max-ngrams", maximumFeatures,
      "1 to \(Self.featureLimit)")
    try require(
      hashBits.map((8...26).contains) ?? true, "ngram-hash-bits", hashBits ?? 0, "8 to 26, or 0 for none")
    try require(
      letterScale >= 1e-3 && letterScale <= 1e3, "letter-scale", letterScale, "0.001 to 1000")
    try require(
      strength.map { $0 > 0 && $0 <= 1e9 && $0 >= 1e-9 } ?? true, "ngram-strength", strength ?? 0,
      "1e-9 to 1e9")
  }

  /// The maximum number of a model's features.
  static let featureLimit = 1 << 26
}

/// Missing keys have their defaults.
extension NGramConfiguration: Codable {
  private enum CodingKeys: String, CodingKey {
    case longestWords, shortestLetters, longestLetters, minimumCount, maximumFeatures, hashBits,
      weighting
    case letterScale, strength
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try values.read(.longestWords, into: &longestWords)
    try values.read(.shortestLetters, into: &shortestLetters)
    try values.read(.longestLetters, into: &longestLetters)
    try values.read(.minimumCount, into: &minimumCount)
    try values.read(.maximumFeatures, into: &maximumFeatures)
    hashBits = try values.decodeIfPresent(Int.self, forKey: .hashBits)
    weighting = try values.decodeIfPresent(Weighting.self, forKey: .weighting)
    try values.read(.letterScale, into: &letterScale)
    strength = try values.decodeIfPresent(Double.self, forKey: .strength)
  }
}
