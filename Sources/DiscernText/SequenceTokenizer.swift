/// The kind of a sequence's tokens.
public enum SequenceUnit: String, Codable, Hashable, Sendable, CaseIterable {
  /// The parts between white space, unchanged.
  case spaces
  /// Unicode scalars, including white space, unchanged.
  case characters
  /// The words of a tokenizer, which normalises texts.
  case words
}

/// Divides texts into the tokens of sequences, and joins tokens to texts.
public struct SequenceTokenizer: Codable, Hashable, Sendable {
  /// The kind of tokens.
  public let unit: SequenceUnit
  /// The tokenizer's configuration for words; nil for other units.
  public let words: TokenizerConfiguration?

  /// A tokenizer for a unit.
  ///
  /// - Parameter words: the configuration, only for the unit `words`; nil: the defaults.
  public init(_ unit: SequenceUnit, words: TokenizerConfiguration? = nil) {
    self.unit = unit
    self.words = unit == .words ? words ?? TokenizerConfiguration() : nil
  }

  /// The text of tokens, joined by spaces unless they are characters.
  public func text(of tokens: [String]) -> String {
    tokens.joined(separator: unit == .characters ? "" : " ")
  }

  /// A divider of texts, for one thread.
  ///
  /// - Throws: `TextError` if ICU lacks memory or data, or a setting of the tokenizer is invalid.
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
