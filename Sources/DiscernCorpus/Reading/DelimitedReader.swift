import DiscernSystem

/// Splits a table into rows of fields.
///
/// With quotes, it follows RFC 4180, whatever the separator; in addition, rows may end in LF, and a quote
/// inside an unquoted field is an ordinary character. Without quotes, fields are literal. Fields are slices
/// of the input's buffer, not copies; doubled quotes are reduced in place.
final class DelimitedReader {
  enum Step: Equatable {
    case row
    case blank
    case bad(RowProblem)
    case end
  }

  private struct Span {
    var start: Int
    var end: Int
    var isQuoted = false
    /// Whether it contains doubled quotes that are not yet reduced.
    var isDoubled = false
  }

  /// The line on which the row begins, from 1.
  private(set) var line = 0
  let input: InputBuffer
  private let separator: UInt8
  private let hasQuotes: Bool
  private var spans: [Span] = []
  /// The start of the row; the positions of fields are relative to it.
  private var row: UnsafeMutablePointer<UInt8>

  init(_ input: InputBuffer, _ form: TableForm) {
    self.input = input
    separator = form.separator.byte
    hasQuotes = form.hasQuotes
    row = input.base
  }

  var fieldCount: Int { spans.count }

  /// A field of the current row; valid until the next step.
  func field(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let span = spans[index]
    return UnsafeBufferPointer(start: row + span.start, count: span.end - span.start)
  }

  /// Whether a field of the current row was in quotes.
  func isQuoted(_ index: Int) -> Bool { spans[index].isQuoted }

  /// Advances to the next row. Cost: a few `memchr` over its bytes.
  func next() throws(CorpusError) -> Step {
    spans.removeAll(keepingCapacity: true)
    line = input.line
    return try hasQuotes ? nextWithQuotes() : nextLiteral()
  }

  private func nextLiteral() throws(CorpusError) -> Step {
    guard let bytes = try input.takeLine() else { return .end }
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return .blank }
    row = UnsafeMutablePointer(mutating: base)
    var start = 0
    while let found = memchr(row + start, Int32(separator), bytes.count - start) {
      let end = UnsafeRawPointer(found) - UnsafeRawPointer(row)
      spans.append(Span(start: start, end: end))
      start = end + 1
    }
    spans.append(Span(start: start, end: bytes.count))
    return .row
  }

  private func nextWithQuotes() throws(CorpusError) -> Step {
    if input.count == 0, try !input.more() { return .end }
    var position = 0
    var lineEnd: Int?
    while true {
      if try byte(position) == UInt8(ascii: "\"") {
        let opened = position
        guard let span = try quotedField(from: position) else {
          let before = lineCount(0, opened)
          return try giveUp(.unclosedQuote(openedAtLine: line + before))
        }
        spans.append(span)
        position = span.end + 1
        var after = try byte(position)
        if after == 0x0D {
          let following = try byte(position + 1)
          if following == 0x0A || following == nil {
            position += 1
            after = following
          }
        }
        switch after {
        case separator: position += 1
        case 0x0A, nil: return finish(contentEnd: position, used: position + (after == nil ? 0 : 1))
        default: return try giveUp(.contentAfterQuote(field: spans.count))
        }
        continue
      }
      let end: Int
      if let known = lineEnd, known >= position {
        end = known
      } else {
        end = try find(0x0A, from: position) ?? input.count
        lineEnd = end
      }
      let base = input.base + input.start
      if let found = memchr(base + position, Int32(separator), end - position) {
        let next = UnsafeRawPointer(found) - UnsafeRawPointer(base)
        spans.append(Span(start: position, end: next))
        position = next + 1
        continue
      }
      var contentEnd = end
      if contentEnd > position, base[contentEnd - 1] == 0x0D { contentEnd -= 1 }
      spans.append(Span(start: position, end: contentEnd))
      return finish(contentEnd: contentEnd, used: min(end + 1, input.count))
    }
  }

  private func finish(contentEnd: Int, used: Int) -> Step {
    row = input.base + input.start
    let isBlank = contentEnd == 0
    let lines = max(1, lineCount(0, used))
    for index in spans.indices where spans[index].isDoubled { undouble(&spans[index]) }
    input.use(used, lines: lines)
    return isBlank ? .blank : .row
  }

  /// The quoted field that opens at `start`; its span excludes the quotes, and the closing one is at the
  /// span's end. Nil if the quote never closes.
  private func quotedField(from start: Int) throws(CorpusError) -> Span? {
    var span = Span(start: start + 1, end: start + 1, isQuoted: true)
    while true {
      guard let quote = try find(UInt8(ascii: "\""), from: span.end) else { return nil }
      guard try byte(quote + 1) == UInt8(ascii: "\"") else {
        span.end = quote
        return span
      }
      span.isDoubled = true
      span.end = quote + 2
    }
  }

  /// Consumes the first line of a row that cannot be read, so that reading can continue after it.
  private func giveUp(_ problem: RowProblem) throws(CorpusError) -> Step {
    let end = try find(0x0A, from: 0)
    input.use(end.map { $0 + 1 } ?? input.count, lines: 1)
    spans.removeAll(keepingCapacity: true)
    return .bad(problem)
  }

  /// The byte at a position relative to the input's start, reading more as needed. Nil after the end.
  @inline(__always)
  private func byte(_ position: Int) throws(CorpusError) -> UInt8? {
    while position >= input.count {
      if try !input.more() { return nil }
    }
    return input.base[input.start + position]
  }

  /// The next place of `byte` from `position` on, reading more as needed. Nil if there is none.
  private func find(_ byte: UInt8, from position: Int) throws(CorpusError) -> Int? {
    var scanned = position
    while true {
      let base = input.base + input.start
      if scanned < input.count, let found = memchr(base + scanned, Int32(byte), input.count - scanned) {
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
      }
      scanned = max(scanned, input.count)
      if try !input.more() { return nil }
    }
  }

  private func lineCount(_ start: Int, _ end: Int) -> Int {
    let base = input.base + input.start
    var count = 0
    var position = start
    while position < end, let found = memchr(base + position, 0x0A, end - position) {
      count += 1
      position = UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
    }
    return count
  }

  private func undouble(_ span: inout Span) {
    var source = span.start
    var target = span.start
    while source < span.end, let found = memchr(row + source, Int32(UInt8(ascii: "\"")), span.end - source) {
      let quote = UnsafeRawPointer(found) - UnsafeRawPointer(row)
      let length = quote + 1 - source
      memmove(row + target, row + source, length)
      target += length
      source = quote + 2
    }
    memmove(row + target, row + source, span.end - source)
    span.end = target + span.end - source
    span.isDoubled = false
  }
}
