/// What the tokens of a sequence are.
public enum SequenceUnit: String, Codable, Hashable, Sendable, CaseIterable {
  /// Divided at white space, otherwise unchanged.
  case spaces
  /// Unicode's characters, including white space, unchanged.
  case characters
  /// Words as a tokenizer divides and normalises texts.
  case words
}

/// How a sequence becomes tokens, and tokens become a text again.
public struct SequenceTokenizer: Codable, Hashable, Sendable {
  /// What a token is.
  public let unit: SequenceUnit
  /// How texts become words; nil where tokens are none.
  public let words: TokenizerConfiguration?

  /// - Parameter words: only for the unit `words`; nil: its defaults.
  public init(_ unit: SequenceUnit, words: TokenizerConfiguration? = nil) {
    self.unit = unit
    self.words = unit == .words ? words ?? TokenizerConfiguration() : nil
  }

  /// A text of tokens: words have a space between them.
  public func text(of tokens: [String]) -> String {
    tokens.joined(separator: unit == .characters ? "" : " ")
  }

  /// What divides texts, on one thread.
  ///
  /// - Throws: `TextError` if ICU lacks memory or data, or a setting of the tokenizer is wrong.
  package func makeDivider() throws(TextError) -> SequenceDivider { try SequenceDivider(self) }
}

/// Divides texts into the tokens of sequences. For one thread at a time.
package final class SequenceDivider {
  private let unit: SequenceUnit
  private let session: TokenizerSession?
  private var tokens = TokenBuffer()

  fileprivate init(_ tokenizer: SequenceTokenizer) throws(TextError) {
    unit = tokenizer.unit
    session = if let words = tokenizer.words { try Tokenizer(words).makeSession() } else { nil }
  }

  /// The tokens of a text, in their order.
  package func tokens(of text: String) throws(TextError) -> [String] {
    switch unit {
    case .spaces:
      return text.unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) }
    case .characters: return text.unicodeScalars.map { String($0) }
    case .words:
      guard let session else { preconditionFailure("words without a tokenizer") }
      try Array(text.utf8).withUnsafeBufferPointer { (utf8) throws(TextError) in
        try session.tokenize(utf8, into: &tokens)
      }
      return tokens.strings
    }
  }
}
