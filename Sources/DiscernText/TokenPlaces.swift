import DiscernSystem

/// A part of the original text, and its tokens.
package struct TokenSpan: Sendable, Hashable {
  /// Bytes of the text's UTF-8.
  package let range: Range<Int>
  /// The indices of its tokens among all of the text: one, several if they cannot be distinguished in the
  /// text, or none.
  package let tokens: Range<Int>

  package init(range: Range<Int>, tokens: Range<Int>) {
    self.range = range
    self.tokens = tokens
  }
}

/// The places of tokens in the original text. The tokenizer does not track them: here the text is normalised
/// one character at a time, and the tokens are searched for in the result, in their order.
package enum TokenPlaces {
  /// The place of each token in a text.
  ///
  /// - Parameters:
  ///   - tokens: all tokens of the text, in their order.
  ///   - text: the text before normalisation.
  /// - Returns: bytes of the text's UTF-8; nil for a token that is written differently in the text.
  package static func find(
    _ tokens: [String], in text: String, _ configuration: TokenizerConfiguration
  ) -> [Range<Int>?] {
    var result = [Range<Int>?](repeating: nil, count: tokens.count)
    let changed = ChangedText(text, configuration)
    let wanted = tokens.map { ChangedText.folded(Array($0.utf8)) }
    var (position, index) = (0, 0)
    while index < tokens.count {
      if let start = changed.firstPlace(of: wanted[index], from: position) {
        position = start + wanted[index].count
        result[index] = changed.origin(start..<position)
        index += 1
      } else if !tokens[index].contains(where: { $0.isLetter || $0.isNumber }) {
        // A sign may be written differently, and is skipped; if a word were, its place might be taken for
        // another's.
        index += 1
      } else if let next = nextCertain(wanted, after: index, changed, from: position) {
        (index, position) = (next.token, next.place)
      } else {
        break
      }
    }
    return result
  }

  /// The same for all tokens: those without a place share the bytes between their neighbours, or a
  /// neighbour's place. Spans are in the text's order and do not overlap.
  package static func spans(
    _ tokens: [String], in text: String, _ configuration: TokenizerConfiguration
  ) -> [TokenSpan] {
    if tokens.isEmpty { return [] }
    let places = find(tokens, in: text, configuration)
    let utf8 = Array(text.utf8)
    var spans: [TokenSpan] = []
    var index = 0
    while index < tokens.count {
      let last = spans.last
      let start = last?.range.upperBound ?? 0
      if let place = places[index] {
        if let last, place.lowerBound < start {
          let end = max(start, place.upperBound)
          spans[spans.count - 1] = TokenSpan(
            range: last.range.lowerBound..<end, tokens: last.tokens.lowerBound..<index + 1)
        } else {
          spans.append(TokenSpan(range: place, tokens: index..<index + 1))
        }
        index += 1
        continue
      }
      let next = places[index...].firstIndex { $0 != nil } ?? tokens.count
      let end = next < tokens.count ? places[next]?.lowerBound ?? utf8.count : utf8.count
      let gap = trimmed(start..<max(start, end), utf8)
      if gap.isEmpty, let last {
        spans[spans.count - 1] = TokenSpan(range: last.range, tokens: last.tokens.lowerBound..<next)
      } else {
        spans.append(TokenSpan(range: gap, tokens: index..<next))
      }
      index = next
    }
    return spans
  }

  /// The range without white space at its ends.
  private static func trimmed(_ range: Range<Int>, _ utf8: [UInt8]) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, utf8[start] <= 0x20 { start += 1 }
    while end > start, utf8[end - 1] <= 0x20 { end -= 1 }
    return start..<end
  }

  /// The maximum number of successive words that are written differently.
  private static let lostLimit = 8

  /// The next token, after one that was not found, whose place is certain: nearby, and followed by the token
  /// after it.
  private static func nextCertain(
    _ wanted: [[UInt8]], after lost: Int, _ text: ChangedText, from position: Int
  ) -> (token: Int, place: Int)? {
    var reach = position + wanted[lost].count
    for token in lost + 1..<min(lost + 1 + lostLimit, wanted.count) {
      reach += 4 * wanted[token - 1].count + 16
      var start = position
      while let place = text.nextWord(wanted[token], from: start, to: reach) {
        let end = place + wanted[token].count
        if token + 1 == wanted.count || text.firstPlace(of: wanted[token + 1], from: end) != nil {
          return (token, place)
        }
        start = place + 1
      }
    }
    return nil
  }
}
