import DiscernCorpus
import DiscernIO
import DiscernText
import DiscernVocabulary

/// A text's words and where they lie in its normalised form.
struct DividedText {
  struct Token {
    let token: String
    /// In code points, as Python counts.
    let start: Int
    let end: Int
    let startByte: Int
    let endByte: Int
    /// Where there is a vocabulary.
    var id: Int32?
    var known: Bool?
    /// Where there is a model.
    var kept: Bool?
  }

  let normalized: String
  let tokens: [Token]
  /// Why the line could not be read.
  var error: String?

  /// An object with sorted keys; what does not apply is left out.
  var json: String {
    let words = tokens.map { token in
      var members: [(key: String, value: String)] = [
        ("end", "\(token.end)"), ("endByte", "\(token.endByte)"), ("start", "\(token.start)"),
        ("startByte", "\(token.startByte)"), ("token", JSONText.string(token.token)),
      ]
      if let id = token.id { members.append(("id", "\(id)")) }
      if let kept = token.kept { members.append(("kept", "\(kept)")) }
      if let known = token.known { members.append(("known", "\(known)")) }
      return JSONText.object(members)
    }
    return JSONText.object(
      [("normalized", JSONText.string(normalized)), ("tokens", JSONText.list(words))]
        + (error.map { [("error", JSONText.string($0))] } ?? []))
  }

  /// The words with a space between them. None holds one, and none begins with the mark: it would be a word
  /// by itself.
  var line: String {
    tokens.map { $0.known == false ? "‹\($0.token)›" : $0.token }.joined(separator: " ")
  }
}

/// Divides texts one after the other with memory that it keeps.
final class TextDivider {
  private let encoder: TextEncoder?
  private let session: TokenizerSession
  private var buffer = TokenBuffer()
  private var counts = (texts: 0, tokens: 0, unknown: 0, cut: 0)

  init(encoder: (tokenizer: Tokenizer, encoder: TextEncoder?)) throws {
    self.encoder = encoder.encoder
    session = try encoder.tokenizer.makeSession()
  }

  func divide(_ text: [UInt8]) throws -> DividedText {
    try text.withUnsafeBufferPointer { try session.tokenize($0, into: &buffer) }
    let limit = encoder?.maximumTokens
    let kept = encoder.map { $0.truncation.kept(count: buffer.count, limit: limit ?? buffer.count) }
    counts.texts += 1
    counts.tokens += buffer.count
    counts.cut += limit.map { buffer.count > $0 } ?? false ? 1 : 0
    // Code points before the byte that was looked at last.
    var place = (byte: 0, character: 0)
    return buffer.withUnsafeTokens { utf8, ranges in
      func character(at byte: Int) -> Int {
        // Every code point has one byte that does not continue another.
        place.character += utf8[place.byte..<byte].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        place.byte = byte
        return place.character
      }
      let tokens = ranges.enumerated().map { index, token -> DividedText.Token in
        let bytes = UnsafeBufferPointer(rebasing: utf8[token.range])
        let id = encoder?.vocabulary.id(of: bytes)
        if id == Vocabulary.unknownID { counts.unknown += 1 }
        return DividedText.Token(
          token: String(decoding: bytes, as: UTF8.self), start: character(at: token.range.lowerBound),
          end: character(at: token.range.upperBound), startByte: token.range.lowerBound,
          endByte: token.range.upperBound, id: id, known: id.map { $0 != Vocabulary.unknownID },
          kept: limit == nil ? nil : kept.map { $0.0.contains(index) || $0.1.contains(index) })
      }
      return DividedText(normalized: String(decoding: utf8, as: UTF8.self), tokens: tokens)
    }
  }

  var summary: String {
    "\(counts.texts.grouped) texts, \(counts.tokens.grouped) words"
      + (encoder == nil ? "" : ", \(counts.unknown.grouped) unknown")
      + (counts.cut > 0 ? "; \(counts.cut.grouped) texts are longer than the model's limit" : "")
  }
}
