import DiscernSystem

/// Reads lines of a vector file: a token, then `dimension` numbers, separated by spaces (0x20).
///
/// Runs of spaces count as one, and spaces at either end do not count. The token is everything before the
/// last `dimension` fields, so it may contain spaces, as some of GloVe's do, and any other bytes.
struct VectorRow: Sendable {
  /// Larger dimensions are refused: those of trained word vectors are far smaller.
  static let dimensionLimit = 1 << 16

  let path: String
  let dimension: Int
  /// Whether tabs separate fields as spaces do.
  var tabsDivide = false

  /// Reads a row whose token is one field: `cursor` is after the token. Fills `values`, which has space for
  /// `dimension` numbers. False unless the rest of the line is exactly that many.
  @inline(__always)
  func readNumbers(
    from cursor: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>,
    _ values: UnsafeMutableBufferPointer<Float>
  ) -> Bool {
    var cursor = cursor
    for index in 0..<dimension {
      guard cursor < end, cursor.pointee == 0x20 else { return false }
      repeat { cursor += 1 } while cursor < end && cursor.pointee == 0x20
      guard case .value(let value) = DecimalFloat.parse(&cursor, end) else { return false }
      values[index] = value
    }
    while cursor < end, cursor.pointee == 0x20 { cursor += 1 }
    return cursor == end
  }

  /// Reads and checks any row: returns the token's bytes, and replaces `values` by its numbers. The token is
  /// empty if a row begins with a space and has only numbers. Nil for an empty line. Throws the error in the
  /// row.
  func read(_ line: UnsafeBufferPointer<UInt8>, number: Int, _ values: inout [Float])
    throws(WordVectorsError) -> UnsafeBufferPointer<UInt8>?
  {
    let fields = Self.fields(of: line)
    guard let first = fields.first else { return nil }
    if fields.count == dimension, first.lowerBound > 0,
      fields.allSatisfy({ Self.isNumber(UnsafeBufferPointer(rebasing: line[$0])) })
    {
      return UnsafeBufferPointer(rebasing: line[..<0])
    }
    guard fields.count > dimension else {
      throw .tooFewNumbers(path: path, line: number, expected: dimension, found: fields.count - 1)
    }
    let tokenFields = fields.count - dimension
    if tokenFields > 1 {
      let last = UnsafeBufferPointer(rebasing: line[fields[tokenFields - 1]])
      switch DecimalFloat.parse(last) {
      case .malformed where !Self.resemblesNumber(last): break
      case .malformed: throw notANumber(last, line: number, column: tokenFields)
      default:
        throw .tooManyNumbers(
          path: path, line: number, column: tokenFields, expected: dimension, found: Self.text(last))
      }
    }
    values.removeAll(keepingCapacity: true)
    for (column, range) in fields.enumerated().dropFirst(tokenFields) {
      let field = UnsafeBufferPointer(rebasing: line[range])
      switch DecimalFloat.parse(field) {
      case .value(let value): values.append(value)
      case .malformed: throw notANumber(field, line: number, column: column + 1)
      case .overflow:
        throw .notFinite(path: path, line: number, column: column + 1, found: Self.text(field))
      }
    }
    return UnsafeBufferPointer(rebasing: line[first.lowerBound..<fields[tokenFields - 1].upperBound])
  }

  private func notANumber(_ field: UnsafeBufferPointer<UInt8>, line: Int, column: Int) -> WordVectorsError {
    Self.isNonFiniteWord(field)
      ? .notFinite(path: path, line: line, column: column, found: Self.text(field))
      : .notANumber(path: path, line: line, column: column, found: Self.text(field))
  }

  static func isNumber(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    if case .value = DecimalFloat.parse(field) { true } else { false }
  }

  /// The line with spaces for tabs.
  static func spaced(_ line: UnsafeBufferPointer<UInt8>) -> [UInt8] { line.map { $0 == 0x09 ? 0x20 : $0 } }

  /// The ranges of the fields of a line.
  static func fields(of line: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var position = 0
    while true {
      while position < line.count, line[position] == 0x20 { position += 1 }
      if position == line.count { return result }
      let start = position
      while position < line.count, line[position] != 0x20 { position += 1 }
      result.append(start..<position)
    }
  }

  /// A field for a message: shortened, with invalid UTF-8 replaced.
  static func text(_ field: UnsafeBufferPointer<UInt8>) -> String {
    String(decoding: field.prefix(40), as: UTF8.self) + (field.count > 40 ? "…" : "")
  }

  /// Whether a field is meant as a number: it has a digit, and only characters of numbers in some notation.
  /// Such a field in a token is taken for a broken number, not for a part of the token.
  private static func resemblesNumber(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    isNonFiniteWord(field)
      || (field.contains { (0x30...0x39).contains($0) }
        && field.allSatisfy { "0123456789+-.,_'abcdefABCDEFxXpP\t".utf8.contains($0) })
  }

  private static func isNonFiniteWord(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    let word = String(decoding: field, as: UTF8.self).lowercased().drop { $0 == "+" || $0 == "-" }
    return ["inf", "infinity", "nan", "1.#inf", "1.#ind", "1.#qnan"].contains(word) || word.hasPrefix("nan(")
  }
}
