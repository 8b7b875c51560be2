import DiscernIO
import Foundation

/// Reads the rows of a vector file, or of a part of it, and keeps those that are wanted.
struct VectorScanner: Sendable {
  /// So many lines at the beginning are checked number by number even if nobody wants their rows.
  private static let checkedLines = 1000

  private let row: VectorRow
  /// Whose words' rows are wanted; nil for all rows.
  private let vocabulary: Vocabulary?
  private let filter: WordFilter
  private let isFirstPart: Bool
  private let hasHeader: Bool

  /// With a vocabulary: the ids of the kept rows, in their order.
  private(set) var ids: [Int32] = []
  /// Without: the kept tokens, in their order.
  private(set) var tokens = TokenTable()
  /// The numbers of the kept rows, one row after the other. [rows kept, dimension]
  private(set) var values: [Float] = []
  /// The numbers of `<unk>`'s row, if there is one.
  private(set) var unknownRow: [Float]?
  /// Lines that are not blank, without the header.
  private(set) var rowCount = 0
  private var isFound: [Bool]
  /// The numbers of the row at hand. [dimension]
  private var numbers: [Float]

  init(row: VectorRow, vocabulary: Vocabulary?, filter: WordFilter, isFirstPart: Bool, hasHeader: Bool) {
    self.row = row
    self.vocabulary = vocabulary
    self.filter = filter
    self.isFirstPart = isFirstPart
    self.hasHeader = hasHeader
    numbers = [Float](repeating: 0, count: row.dimension)
    isFound = [Bool](repeating: false, count: vocabulary?.count ?? 0)
  }

  /// Takes lines until the end or until one begins at or after the byte `limit` of the stream.
  mutating func scan(_ lines: LineReader, to limit: Int?) throws(WordVectorsError) {
    while limit.map({ lines.nextLineOffset < $0 }) ?? true {
      if vocabulary != nil, !isFirstPart || lines.lineNumber >= Self.checkedLines {
        rowCount += skipUnwanted(lines, to: limit)
        if let limit, lines.nextLineOffset >= limit { return }
      }
      let line: UnsafeBufferPointer<UInt8>?
      do throws(InputError) { line = try lines.next() } catch { throw .input(error) }
      guard let line else { return }
      try take(line, number: lines.lineNumber)
    }
  }

  /// Passes over rows that nobody wants and tells their number. Of those it is only checked that they
  /// are long enough: each number takes two bytes, its space included.
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

  /// Takes one line and checks all of it.
  mutating func take(_ line: UnsafeBufferPointer<UInt8>, number: Int) throws(WordVectorsError) {
    guard let start = line.baseAddress, line.count > 0 else { return }
    if number == 1, isFirstPart, hasHeader { return }
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
    rowCount += 1
    if accept(token) { values.append(contentsOf: numbers) }
    if vocabulary == nil, String(validating: token, as: UTF8.self) == nil {
      throw .invalidUTF8(path: row.path, line: number)
    }
  }

  private mutating func accept(
    _ token: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    if Vocabulary.isSpecial(token) {
      if token.elementsEqual(Vocabulary.unknownToken.utf8), unknownRow == nil {
        unknownRow = numbers
      }
      return false
    }
    if let vocabulary {
      let id = vocabulary.id(of: token)
      if id == Vocabulary.unknownID || isFound[Int(id)] { return false }
      isFound[Int(id)] = true
      ids.append(id)
      return true
    }
    let count = tokens.count
    _ = tokens.insert(token)
    return tokens.count > count
  }
}
