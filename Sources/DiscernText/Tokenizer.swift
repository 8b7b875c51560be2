/// Turns text into words according to a configuration: HTML to text, normalisation, lower-casing, and words
/// as ICU's word iterator defines them, in every language.
///
/// A tokenizer is a value that threads may share; the work is done by sessions, one per thread.
public struct Tokenizer: Sendable {
  /// The settings.
  public let configuration: TokenizerConfiguration
  let profile: ASCIIProfile

  /// Checks the configuration and derives the rules of its locale from ICU (about a millisecond).
  ///
  /// A configuration made under another version of ICU is used unchanged; compare
  /// `TokenizerConfiguration.matchesRunningICU`.
  ///
  /// - Throws: `TextError` for a locale that ICU does not know, or if ICU's data is missing.
  public init(_ configuration: TokenizerConfiguration = .init()) throws(TextError) {
    self.configuration = configuration
    profile = try ASCIIProfile(locale: configuration.locale, lowercase: configuration.lowercase)
  }

  /// A session with its own buffers and ICU objects.
  ///
  /// - Throws: `TextError` if ICU lacks memory or data.
  public func makeSession() throws(TextError) -> TokenizerSession {
    try TokenizerSession(self, usesQuickPaths: true)
  }

  /// A session that always passes the whole text to libxml2 and ICU. It yields the same tokens, only slower:
  /// the fast paths are tested against it.
  package func makeReferenceSession() throws(TextError) -> TokenizerSession {
    try TokenizerSession(self, usesQuickPaths: false)
  }

  /// Whether ASCII text takes the fast path: its model of the rules agrees with ICU's in this locale.
  package var scansASCII: Bool { profile.isExact }
}
