import DiscernIO

/// The settings that determine the tokens of a text. They are saved with a model; training, evaluation,
/// standard input, a server and every export use the same ones.
public struct TokenizerConfiguration: Codable, Hashable, Sendable {
  /// The normalisation form of a text before words are found.
  public enum Normalization: String, Codable, Hashable, Sendable, CaseIterable {
    /// Canonical composition: `e` + U+0301 becomes `é`.
    case nfc
    /// Compatibility composition: also `ﬁ` becomes `fi`, `Ａ` becomes `A`, `…` becomes `...`.
    case nfkc
    /// The unchanged text.
    case none
  }

  /// The treatment of tokens that consist only of punctuation and signs (general categories P, Sm, Sc and
  /// Sk). Emoji and other pictures count as words: they stay.
  public enum Punctuation: String, Codable, Hashable, Sendable, CaseIterable {
    /// They are tokens: `!` and `?` carry sentiment.
    case keep
    /// They are left out.
    case drop
  }

  /// The treatment of digits.
  public enum Numbers: String, Codable, Hashable, Sendable, CaseIterable {
    /// They are kept unchanged.
    case keep
    /// Every decimal digit, of any script, becomes `0`: `1984` becomes `0000`.
    case zero
    /// Tokens with digits and without letters (`1984`, `3.5`, `1,000`) are left out.
    case drop
  }

  /// Whether tags and entities are turned into text: `<br />` into a line break, `&eacute;` into `é`.
  public var html: Bool
  /// The Unicode form of texts.
  public var normalization: Normalization
  /// Whether text is lower-cased with Unicode's full mapping, by the rules of `locale`.
  public var lowercase: Bool
  /// A BCP-47 tag or ICU identifier (`en`, `pt-BR`, `tr_TR`). It determines lower-casing (Turkish dotless ı),
  /// the tailoring of word boundaries, and the default of `splitContractions`.
  public var locale: String
  /// The treatment of punctuation.
  public var punctuation: Punctuation
  /// The treatment of numbers.
  public var numbers: Numbers
  /// Whether English contractions are split as the Penn Treebank and GloVe split them: `do n't`,
  /// `ca n't`, `it 's`, `can not`. `nil` means: if the locale's language is English.
  public var splitContractions: Bool?
  /// Whether runs of dots, hyphens and quotes become the single token that GloVe has: three dots or more
  /// `...`, two hyphens or more `--`, two apostrophes `''`, two grave accents ` `` `. Otherwise each
  /// character is a token.
  public var joinPunctuationRuns: Bool
  /// The version of ICU under which the configuration was made. Another version may divide some words
  /// differently; compare with `runningICUVersion`.
  public var icuVersion: String

  /// The defaults, with the running ICU's version.
  public init() {
    html = true
    normalization = .nfc
    lowercase = true
    locale = "en"
    punctuation = .keep
    numbers = .keep
    splitContractions = nil
    joinPunctuationRuns = true
    icuVersion = Self.runningICUVersion
  }

  /// Keys that every version has written are required: a default could divide texts into other words.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    html = try container.decode(Bool.self, forKey: .html)
    normalization = try container.decode(Normalization.self, forKey: .normalization)
    lowercase = try container.decode(Bool.self, forKey: .lowercase)
    locale = try container.decode(String.self, forKey: .locale)
    punctuation = try container.decode(Punctuation.self, forKey: .punctuation)
    numbers = try container.decode(Numbers.self, forKey: .numbers)
    splitContractions = try container.decodeIfPresent(Bool.self, forKey: .splitContractions)
    joinPunctuationRuns = try container.decode(Bool.self, forKey: .joinPunctuationRuns)
    icuVersion = "unknown"
    try container.read(.icuVersion, into: &icuVersion)
  }

  /// The version of the ICU library in this process, such as `72.1`.
  public static var runningICUVersion: String { UnicodeLibrary.version }

  /// Whether the running ICU is the one under which the configuration was made.
  public var matchesRunningICU: Bool { icuVersion == Self.runningICUVersion }

  /// Whether contractions are split, with the automatic setting resolved.
  public var splitsContractions: Bool {
    splitContractions
      ?? (locale.prefix { $0 != "-" && $0 != "_" && $0 != "@" }.lowercased() == "en")
  }

  /// Checks the locale. Throws `TextError` if ICU does not know it.
  public func validate() throws(TextError) { _ = try UnicodeLibrary.localeIdentifier(locale) }

  /// A setting by the name of its flag, as text.
  package struct Setting: Hashable, Sendable {
    package let name: String
    package let value: String

    /// As given on the command line.
    package var flag: String {
      switch value {
      case "true": "--\(name)"
      case "false": "--no-\(name)"
      default: "--\(name) \(value.isEmpty ? "''" : value)"
      }
    }
  }

  /// All settings that determine a text's tokens, except the version of ICU; automatic settings are resolved.
  package var settings: [Setting] {
    [
      Setting(name: "locale", value: locale), Setting(name: "lowercase", value: "\(lowercase)"),
      Setting(name: "html", value: "\(html)"), Setting(name: "normalization", value: normalization.rawValue),
      Setting(name: "punctuation", value: punctuation.rawValue),
      Setting(name: "numbers", value: numbers.rawValue),
      Setting(name: "split-contractions", value: "\(splitsContractions)"),
      Setting(name: "join-punctuation-runs", value: "\(joinPunctuationRuns)"),
    ]
  }

  /// The settings in which another configuration differs from this one, with the values of both.
  package func differences(from other: TokenizerConfiguration) -> [(own: Setting, other: Setting)] {
    zip(settings, other.settings).compactMap { own, other in own == other ? nil : (own, other) }
  }
}
