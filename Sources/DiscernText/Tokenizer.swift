/// Turns text into words by one configuration: HTML to text, normalisation, lower-casing, and words as
/// ICU's word iterator defines them, in every language.
///
/// A tokenizer is a value that any thread may hold; the work is done by sessions, one a thread.
public struct Tokenizer: Sendable {
  /// All of its settings.
  public let configuration: TokenizerConfiguration
  let profile: ASCIIProfile

  /// Checks the configuration and asks ICU for the rules of its locale (about a millisecond).
  ///
  /// A configuration made under another version of ICU is used unchanged; compare
  /// `TokenizerConfiguration.matchesRunningICU`.
  ///
  /// - Throws: `TextError.invalidLocale`, or `.unicodeLibrary` if ICU's data is missing.
  public init(_ configuration: TokenizerConfiguration = .init()) throws(TextError) {
    self.configuration = configuration
    profile = try ASCIIProfile(locale: configuration.locale, lowercase: configuration.lowercase)
  }

  /// A session with its own buffers and ICU objects.
  public func makeSession() throws(TextError) -> TokenizerSession {
    try TokenizerSession(self, usesQuickPaths: true)
  }

  /// A session that always passes the whole text to libxml2 and ICU. It yields the same tokens, only slower:
  /// the fast paths are tested against it.
  package func makeReferenceSession() throws(TextError) -> TokenizerSession {
    try TokenizerSession(self, usesQuickPaths: false)
  }

  /// Whether ASCII text takes the quick path: its model of the rules agrees with ICU's in this locale.
  package var scansASCII: Bool { profile.isExact }
}
