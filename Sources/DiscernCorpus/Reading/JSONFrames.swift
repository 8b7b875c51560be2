import DiscernIO

/// Divides an input into JSON values: one per line or, if values span several lines, the elements of an array
/// or consecutive values.
struct JSONFrames {
  enum Layout: Equatable {
    case lines, array, values
  }

  enum Step {
    /// The bytes are valid until the next step; `line` is the line on which they begin.
    case value(UnsafeBufferPointer<UInt8>, line: Int)
    case blank
    case bad(RowProblem, line: Int)
    case end
  }

  let layout: Layout
  private let input: InputBuffer
  /// Whether the array's opening bracket was consumed.
  private var hasBegun = false
  private var hasEnded = false
  /// Whether a comma must precede the next element.
  private var needsComma = false

  /// Determines the layout from the first lines of `input`, without consuming them.
  init(_ input: InputBuffer) throws(CorpusError) {
    self.input = input
    layout = try Self.layout(input)
  }

  init(_ input: InputBuffer, _ layout: Layout) {
    self.input = input
    self.layout = layout
  }

  mutating func next() throws(CorpusError) -> Step {
    if layout != .lines { return try nextValue() }
    let number = input.line
    guard let line = try input.takeLine() else { return .end }
    return line.allSatisfy(Self.isSpace) ? .blank : .value(line, line: number)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  // MARK: Layout

  /// `[` begins an array unless the first line is a complete value and others follow. `{` begins values of
  /// several lines if the first line leaves an object open outside of a string and, unless a nested value is
  /// open too, the second line does not begin another object.
  private static func layout(_ input: InputBuffer) throws(CorpusError) -> Layout {
    var sample = try input.peek(1 << 16)
    while !input.isAtEnd, sample.count < TableLayout.sampleBytes,
      !sample.drop(while: isSpace).contains(0x0A)
    {
      sample = try input.peek(sample.count * 2)
    }
    let content = sample.drop(while: isSpace)
    let first = content.prefix { $0 != 0x0A && $0 != 0x0D }
    let rest = content[first.endIndex...].drop(while: isSpace)
    switch content.first {
    case UInt8(ascii: "["):
      return balance(first).depth == 0 && !rest.isEmpty ? .lines : .array
    case UInt8(ascii: "{"):
      let end = balance(first)
      return end.depth > 0 && !end.isInString && (end.depth > 1 || rest.first != UInt8(ascii: "{"))
        ? .values : .lines
    default: return .lines
    }
  }

  /// The number of open brackets at the end of `bytes`, and whether a string is open.
  private static func balance(
    _ bytes: Slice<UnsafeBufferPointer<UInt8>>
  ) -> (depth: Int, isInString: Bool) {
    var state = Brackets()
    for byte in bytes { state.pass(byte) }
    return (state.depth, state.isInString)
  }

  /// Counts brackets outside of strings.
  private struct Brackets {
    var depth = 0
    var isInString = false
    private var isEscaped = false

    @inline(__always)
    mutating func pass(_ byte: UInt8) {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        return
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
  }

  // MARK: Values of several lines

  private mutating func nextValue() throws(CorpusError) -> Step {
    if hasEnded { return .end }
    if layout == .array, !hasBegun {
      try skipSpace()
      input.use(1, lines: 0)
      hasBegun = true
    }
    try skipSpace()
    guard input.count > 0 else {
      hasEnded = true
      return layout == .array ? .bad(problem("the array never ends"), line: input.line) : .end
    }
    guard layout == .array else { return try value() }
    switch input.bytes[0] {
    case UInt8(ascii: "]"):
      input.use(1, lines: 0)
      hasEnded = true
      try skipSpace()
      return input.count == 0 ? .end : .bad(problem("something follows the array"), line: input.line)
    case UInt8(ascii: ",") where needsComma:
      input.use(1, lines: 0)
      needsComma = false
      try skipSpace()
      if input.count > 0, input.bytes[0] == UInt8(ascii: "]") {
        return .bad(problem("a comma before “]”"), line: input.line)
      }
      return try nextValue()
    default:
      let isSeparated = !needsComma
      needsComma = true
      let value = try value()
      if case .value(_, let line) = value, !isSeparated {
        return .bad(problem("expected “,” between two elements of the array"), line: line)
      }
      return value
    }
  }

  private func problem(_ explanation: String) -> RowProblem {
    .invalidJSON(column: 1, explanation: explanation)
  }

  /// Skips white space and counts its lines.
  private func skipSpace() throws(CorpusError) {
    while true {
      let bytes = input.bytes
      let space = bytes.prefix(while: Self.isSpace)
      input.use(space.count, lines: space.count { $0 == 0x0A })
      if space.count < bytes.count { return }
      if try !input.more() { return }
    }
  }

  /// The value that begins here, up to where its brackets close.
  private func value() throws(CorpusError) -> Step {
    var brackets = Brackets()
    var length = 0
    var lines = 0
    scanning: while true {
      let bytes = input.bytes
      while length < bytes.count {
        let byte = bytes[length]
        if brackets.depth == 0, !brackets.isInString, length > 0, Self.endsScalar(byte) { break scanning }
        brackets.pass(byte)
        length += 1
        lines += byte == 0x0A ? 1 : 0
        if brackets.depth <= 0, !brackets.isInString, byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
          break scanning
        }
      }
      if try !input.more() { break }
    }
    let line = input.line
    let value = UnsafeBufferPointer(rebasing: input.bytes[..<length])
    input.use(length, lines: lines)
    return .value(value, line: line)
  }

  /// Whether a number or a word ends before this byte.
  private static func endsScalar(_ byte: UInt8) -> Bool {
    isSpace(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
  }
}
