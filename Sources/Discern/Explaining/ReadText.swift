import DiscernCorpus
import DiscernText
import DiscernVocabulary

/// A text as a model reads it, with the model's results.
struct ReadText {
  let text: String
  /// This text alone, encoded.
  let texts: EncodedTexts
  /// The parts of the text, each with some of its tokens.
  let spans: [TokenSpan]
  /// All of its tokens.
  let tokens: [String]
  /// The indices of the tokens that the network read; empty for a text without tokens, for which it read
  /// `<unk>`.
  let kept: [Int]
  /// The indices of the tokens that the word networks joined with a transformer read; empty without any.
  let companionKept: [Int]
  /// The word pieces that a transformer read instead of these tokens; nil for other models.
  let pieces: WordPieces?
  /// The places of the n-grams that are in the model's vocabulary.
  let places: [NGramPlace]
  let evidence: Classification.Evidence
  /// [C] of all tasks, from the whole model.
  let logits: [Float]
  /// [C] of the networks alone; nil without any.
  let network: [Float]?
  /// [C] of the word networks joined with a transformer alone; nil without any.
  let companion: [Float]?
  /// [C] of all tasks.
  let probabilities: [Float]

  /// By token: the span that it belongs to.
  var spanOfToken: [Int] {
    spans.enumerated().flatMap { Array(repeating: $0, count: $1.tokens.count) }
  }

  /// The spans, with spans without tokens added between them: a transformer reads the unchanged text,
  /// including parts that belong to no token, such as markup.
  ///
  /// - Parameter pieces: the ranges of the pieces that the transformer read, in order.
  static func spans(_ spans: [TokenSpan], with pieces: [Range<Int>]) -> [TokenSpan] {
    var result: [TokenSpan] = []
    var next = 0
    for piece in pieces where !piece.isEmpty {
      while next < spans.count, spans[next].range.upperBound <= piece.lowerBound {
        result.append(spans[next])
        next += 1
      }
      if next < spans.count, spans[next].range.overlaps(piece) { continue }
      if let last = result.last, last.tokens.isEmpty, last.range.upperBound == piece.lowerBound {
        // Adjacent pieces form one word, as they do within a token.
        result[result.count - 1] = TokenSpan(
          range: last.range.lowerBound..<piece.upperBound, tokens: last.tokens)
      } else {
        let place = result.last?.tokens.upperBound ?? 0
        result.append(TokenSpan(range: piece, tokens: place..<place))
      }
    }
    return result + spans[next...]
  }

  /// By token or piece that the network read: the span that contains it; nil for one that is not in the text.
  var spanOfNetworkToken: [Int?] {
    guard let pieces else {
      let spans = spanOfToken
      return kept.map { spans[$0] }
    }
    var span = 0
    return pieces.spans.map { piece in
      if piece.isEmpty || spans.isEmpty { return nil }
      while span + 1 < spans.count, spans[span].range.upperBound <= piece.lowerBound { span += 1 }
      return span
    }
  }

  /// Whether the network read all of a span or, with pieces, any of it.
  func isRead(_ span: TokenSpan) -> Bool {
    guard let pieces else { return span.tokens.allSatisfy(isKept) }
    return pieces.spans.contains { !$0.isEmpty && $0.overlaps(span.range) }
  }

  /// Whether all tokens or pieces of a span are in the vocabulary.
  func isKnown(_ span: TokenSpan, _ vocabulary: Vocabulary, _ tokenizer: WordPieceTokenizer?) -> Bool {
    guard let pieces, let tokenizer else {
      return tokens[span.tokens].allSatisfy { vocabulary.id(of: $0) != Vocabulary.unknownID }
    }
    return zip(pieces.ids, pieces.spans).allSatisfy { id, place in
      id != tokenizer.unknown || !place.overlaps(span.range)
    }
  }

  /// Whether the network read any part of the text.
  var isRead: Bool { pieces.map { $0.ids.count > 2 } ?? !kept.isEmpty }

  /// Whether the network read a token. Of a text that is too long, it read the first tokens, the last ones,
  /// or both.
  func isKept(_ token: Int) -> Bool {
    var (low, high) = (0, kept.count)
    while low < high {
      let middle = (low + high) / 2
      if kept[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < kept.count && kept[low] == token
  }

  /// The text in a byte range.
  func string(_ range: Range<Int>) -> String {
    let start = text.utf8.index(text.utf8.startIndex, offsetBy: range.lowerBound)
    let end = text.utf8.index(start, offsetBy: range.count)
    return String(decoding: text.utf8[start..<end], as: UTF8.self)
  }
}
