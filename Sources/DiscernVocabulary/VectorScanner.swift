import DiscernIO
import DiscernSystem

/// Reads the rows of a vector file, or of a part of it, and keeps those that are wanted.
struct VectorScanner: Sendable {
  /// The number of lines at the beginning that are fully checked even if their rows are not wanted.
  private static let checkedLines = 1000

  private let row: VectorRow
  private let filter: WordFilter
  private let isFirstPart: Bool
  private let hasHeader: Bool

  private(set) var rows: VectorRows
  /// The numbers of the current row. [dimension]
  private var numbers: [Float]

  init(row: VectorRow, vocabulary: Vocabulary?, filter: WordFilter, isFirstPart: Bool, hasHeader: Bool) {
    self.row = row
    rows = VectorRows(vocabulary: vocabulary)
    self.filter = filter
    self.isFirstPart = isFirstPart
    self.hasHeader = hasHeader
    numbers = [Float](repeating: 0, count: row.dimension)
  }

  /// Takes lines until the end or until one begins at or after the byte `limit` of the stream.
  mutating func scan(_ lines: LineReader, to limit: Int?) throws(WordVectorsError) {
    while limit.map({ lines.nextLineOffset < $0 }) ?? true {
      if rows.vocabulary != nil, !row.tabsDivide, !isFirstPart || lines.lineNumber >= Self.checkedLines {
        rows.count += skipUnwanted(lines, to: limit)
        if let limit, lines.nextLineOffset >= limit { return }
      }
      let line: UnsafeBufferPointer<UInt8>?
      do throws(InputError) { line = try lines.next() } catch { throw .input(error) }
      guard let line else { return }
      if lines.endedWithNewline, isUnwanted(line, number: lines.lineNumber) {
        rows.count += 1
      } else {
        try take(line, number: lines.lineNumber)
      }
    }
  }

  /// Skips rows that are not needed and returns their number. They are only checked to be long enough: each
  /// number takes at least two bytes, including its space.
  private func skipUnwanted(_ lines: LineReader, to limit: Int?) -> Int {
    let least = 2 * row.dimension
    let hash = TokenHash.ofProcess
    return filter.withView { filter in
      lines.skip(to: limit) { start, end in
        let (key, count) = hash.key(ofField: start, end)
        return !filter.mayHold(key) && end - start >= count + least
      }
    }
  }

  /// Whether to skip a line that the filter let through, or that was not in memory as a whole: neither the
  /// keys of this process's hash nor the pieces in which a pipe arrives may decide whether a file with a bad
  /// row is refused.
  private func isUnwanted(_ line: UnsafeBufferPointer<UInt8>, number: Int) -> Bool {
    guard let vocabulary = rows.vocabulary, !row.tabsDivide, !isFirstPart || number > Self.checkedLines
    else { return false }
    let field = UnsafeBufferPointer(rebasing: line.prefix { $0 != 0x20 })
    return vocabulary.id(of: field) == Vocabulary.unknownID
      && line.count >= field.count + 2 * row.dimension && !filter.isNeeded(field)
  }

  /// Takes one line and checks it completely.
  mutating func take(_ line: UnsafeBufferPointer<UInt8>, number: Int) throws(WordVectorsError) {
    if number == 1, isFirstPart, hasHeader { return }
    if row.tabsDivide, line.contains(0x09) {
      let spaced = VectorRow.spaced(line)
      try spaced.withUnsafeBufferPointer { line throws(WordVectorsError) in try take(spaced: line, number) }
    } else {
      try take(spaced: line, number)
    }
  }

  /// The same for a line whose fields are separated by spaces.
  private mutating func take(
    spaced line: UnsafeBufferPointer<UInt8>, _ number: Int
  ) throws(WordVectorsError) {
    guard let start = line.baseAddress, line.count > 0 else { return }
    var count = 0
    while count < line.count, line[count] != 0x20 { count += 1 }
    try keep(line, number: number, field: UnsafeBufferPointer(start: start, count: count))
  }

  /// Reads a row in full and keeps it if it is wanted and the first of its token.
  private mutating func keep(
    _ line: UnsafeBufferPointer<UInt8>, number: Int, field: UnsafeBufferPointer<UInt8>
  ) throws(WordVectorsError) {
    guard let start = line.baseAddress else { return }
    var token = field
    let isPlain =
      !field.isEmpty
      && numbers.withUnsafeMutableBufferPointer {
        row.readNumbers(from: start + field.count, to: start + line.count, $0)
      }
    if !isPlain {
      guard let read = try row.read(line, number: number, &numbers) else { return }
      token = read
    }
    if token.isEmpty {
      rows.countWithoutToken()
      return
    }
    if rows.vocabulary == nil, String(validating: token, as: UTF8.self) == nil {
      throw .invalidUTF8(path: row.path, line: number)
    }
    switch rows.place(of: token) {
    case .kept: rows.values.append(contentsOf: numbers)
    case .unknown: rows.unknownRow = numbers
    case .dropped: break
    }
  }
}
