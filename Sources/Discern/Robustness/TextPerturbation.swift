import DiscernCorpus
import DiscernText

/// A kind and amount of damage to texts, to test a classifier's robustness.
///
/// It changes the words of the raw text, as ICU finds them, in every language; markup, punctuation and spaces
/// are unchanged. The damage depends only on the seed and the text, not on its place among others or on
/// threads.
public struct TextPerturbation: Hashable, Sendable {
  /// The kind of damage to words.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// One typo in a word, at the given rate: two neighbouring letters swapped, a letter left out or doubled,
    /// or, for a to z, replaced by a neighbouring key on an English keyboard.
    case typos
    /// Words left out, at the given rate; one word of a text is always kept.
    case drop
    /// Words swapped with the next one, at the given rate.
    case swap
  }

  /// The kind of damage to words.
  public let kind: Kind
  /// The share of the words that are damaged, above 0, at most 1.
  public let rate: Double

  /// Every kind, each for a tenth of the words.
  public static let usual = Kind.allCases.map { TextPerturbation(checked: $0, rate: 0.1) }

  private init(checked kind: Kind, rate: Double) {
    self.kind = kind
    self.rate = rate
  }

  /// - Throws: `DiscernError.perturbation` for a rate that is not above 0 and at most 1.
  public init(_ kind: Kind, rate: Double) throws(DiscernError) {
    guard rate > 0, rate <= 1 else {
      throw .perturbation(found: "\(kind.rawValue)=\(rate)", expected: "a rate above 0, at most 1")
    }
    self.init(checked: kind, rate: rate)
  }

  /// Parses text such as `typos=0.1,drop=0.2`; a kind may occur at several rates.
  ///
  /// - Throws: `DiscernError.perturbation`.
  public static func list(_ text: String) throws(DiscernError) -> [TextPerturbation] {
    var result: [TextPerturbation] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fields = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 2, let kind = Kind(rawValue: fields[0]), let rate = Double(recipeText: fields[1])
      else {
        throw .perturbation(
          found: String(part),
          expected: Kind.allCases.map(\.rawValue).joined(separator: ", ") + ", each with a rate: typos=0.1")
      }
      result.append(try TextPerturbation(kind, rate: rate))
    }
    return result
  }

  /// A text with the same damage as in an evaluation.
  ///
  /// - Throws: `DiscernError.text` if ICU fails.
  public func apply(
    to text: String, seed: UInt64 = 1, tokenizer: TokenizerConfiguration = TokenizerConfiguration()
  ) throws(DiscernError) -> String {
    try wrapping(DiscernError.text) { () throws(TextError) in
      let session = try TextPerturbationSession(self, seed: seed, tokenizer: tokenizer)
      var result: [UInt8] = []
      try Array(text.utf8).withUnsafeBufferPointer { (utf8) throws(TextError) in
        try session.apply(utf8, into: &result)
      }
      return String(decoding: result, as: UTF8.self)
    }
  }
}

/// A perturbation as a transform that an encoder applies to every text before anything else.
struct PerturbedTexts: TextTransform {
  let perturbation: TextPerturbation
  let seed: UInt64
  let tokenizer: TokenizerConfiguration

  func makeSession() throws(TextError) -> any TextTransformSession {
    try TextPerturbationSession(perturbation, seed: seed, tokenizer: tokenizer)
  }
}
