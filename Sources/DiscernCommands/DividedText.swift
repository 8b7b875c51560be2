import DiscernCorpus
import DiscernIO
import DiscernText
import DiscernVocabulary

/// A text's words and their positions in its normalised form.
struct DividedText {
  struct Token {
    let token: String
    /// In code points, as in Python.
    let start: Int
    let end: Int
    let startByte: Int
    let endByte: Int
    /// Nil without a vocabulary.
    var id: Int32?
    var known: Bool?
    /// Nil without a length limit.
    var kept: Bool?
  }

  let normalized: String
  let tokens: [Token]
  /// Why the line could not be read.
  var error: String?

  /// An object with sorted keys; those that do not apply are left out.
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

  /// The words with spaces between them. No word contains a space or begins with the mark of unknown words,
  /// which would be a separate word.
  var line: String {
    tokens.map { $0.known == false ? "‹\($0.token)›" : $0.token }.joined(separator: " ")
  }
}

/// Divides texts one after another, reusing its memory.
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
    if let pieces = encoder?.pieces { return divide(text, into: pieces) }
    try text.withUnsafeBufferPointer { try session.tokenize($0, into: &buffer) }
    let kept = keptTokens(of: buffer.count)
    // Code points before the last examined byte.
    var place = (byte: 0, character: 0)
    return buffer.withUnsafeTokens { utf8, ranges in
      func character(at byte: Int) -> Int { Self.character(at: byte, in: utf8, &place) }
      let tokens = ranges.enumerated().map { index, token -> DividedText.Token in
        let bytes = UnsafeBufferPointer(rebasing: utf8[token.range])
        let id = encoder?.vocabulary.id(of: bytes)
        if id == Vocabulary.unknownID { counts.unknown += 1 }
        return DividedText.Token(
          token: String(decoding: bytes, as: UTF8.self), start: character(at: token.range.lowerBound),
          end: character(at: token.range.upperBound), startByte: token.range.lowerBound,
          endByte: token.range.upperBound, id: id, known: id.map { $0 != Vocabulary.unknownID },
          kept: kept.map { $0.0.contains(index) || $0.1.contains(index) })
      }
      return DividedText(normalized: String(decoding: utf8, as: UTF8.self), tokens: tokens)
    }
  }

  /// Counts a text of `count` tokens; returns the ranges within the model's limit, nil without a limit.
  private func keptTokens(of count: Int) -> (Range<Int>, Range<Int>)? {
    counts.texts += 1
    counts.tokens += count
    guard let encoder, let limit = encoder.lengthLimit else { return nil }
    counts.cut += count > limit ? 1 : 0
    return encoder.truncation.kept(count: count, limit: limit)
  }

  /// Divides a text into a transformer's pieces, with positions in the original text.
  private func divide(_ text: [UInt8], into tokenizer: WordPieceTokenizer) -> DividedText {
    var whole = String(decoding: text, as: UTF8.self)
    return whole.withUTF8 { utf8 in
      let pieces = tokenizer.pieces(of: utf8)
      let kept = keptTokens(of: pieces.ids.count)
      var place = (byte: 0, character: 0)
      let tokens = zip(pieces.ids, pieces.spans).enumerated().map { index, piece -> DividedText.Token in
        let (id, span) = piece
        let isKnown = id != tokenizer.unknown
        if !isKnown { counts.unknown += 1 }
        return DividedText.Token(
          token: isKnown ? tokenizer.pieces[Int(id)] : String(decoding: utf8[span], as: UTF8.self),
          start: Self.character(at: span.lowerBound, in: utf8, &place),
          end: Self.character(at: span.upperBound, in: utf8, &place), startByte: span.lowerBound,
          endByte: span.upperBound, id: id, known: isKnown,
          kept: kept.map { $0.0.contains(index) || $0.1.contains(index) })
      }
      return DividedText(normalized: String(decoding: utf8, as: UTF8.self), tokens: tokens)
    }
  }

  /// The number of code points before a byte.
  private static func character(
    at byte: Int, in utf8: UnsafeBufferPointer<UInt8>, _ place: inout (byte: Int, character: Int)
  ) -> Int {
    // Pieces of one character share its bytes.
    if byte < place.byte { return place.character - count(utf8[byte..<place.byte]) }
    place.character += count(utf8[place.byte..<byte])
    place.byte = byte
    return place.character
  }

  private static func count(_ utf8: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    // Every code point has one byte that does not continue another.
    utf8.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }

  var summary: String {
    "\(counts.texts.grouped) texts, \(counts.tokens.grouped) words"
      + (encoder == nil ? "" : ", \(counts.unknown.grouped) unknown")
      + (counts.cut > 0 ? "; \(counts.cut.grouped) texts are longer than the model's limit" : "")
  }
}
