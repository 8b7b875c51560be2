import DiscernIO
import DiscernSystem
import Synchronization

/// The wanted rows of a vector file, read in one pass: by several threads if it is text, plain and large.
struct VectorFile {
  let format: VectorFormat
  let dimension: Int
  /// The rows found, in the order of the file.
  let parts: [VectorRows]
  let rowCount: Int

  /// Longer lines are refused; the longest sensible one has 65,536 numbers of about 25 bytes.
  private static let lineLimit = 1 << 22
  /// Plain text files of at least this size are read by several threads.
  private static let divisibleSize = 1 << 23

  init(
    path: String, vocabulary: Vocabulary?, dimension given: Int?,
    isInterrupted: @escaping () -> Bool = { false }
  ) throws(WordVectorsError) {
    precondition(given ?? 1 > 0, "a dimension of \(given ?? 0)")
    let stream = try VectorStream(path: path, isInterrupted: isInterrupted)
    var rows = VectorRows(vocabulary: vocabulary)
    if FastTextBinary.matches(stream.head) {
      format = .fastTextBinary
      dimension = try FastTextBinary.read(stream, dimension: given, into: &rows)
      parts = [rows]
    } else if given != 1, let header = Word2VecBinary.header(in: stream.head) {
      format = .word2vecBinary
      dimension = header.dimension
      if let given, given != dimension {
        throw .dimensionMismatch(path: path, line: 1, expected: given, found: dimension)
      }
      try Word2VecBinary.read(stream, rowCount: header.rows, dimension: dimension, into: &rows)
      parts = [rows]
    } else {
      if stream.head.starts(with: [0xFF, 0xFE]) || stream.head.starts(with: [0xFE, 0xFF]) {
        throw .utf16(path: path)
      }
      let isBinary = Self.looksBinary(stream.head)
      do throws(WordVectorsError) {
        let text = try Self.readText(
          stream, vocabulary: vocabulary, dimension: given, isInterrupted: isInterrupted)
        format = text.format.tabsDivide ? .textWithTabs : .text
        dimension = text.format.dimension
        parts = text.parts
      } catch {
        if case .input = error { throw error }
        throw isBinary ? .unknownBinary(path: path) : error
      }
    }
    rowCount = parts.reduce(0) { $0 + $1.count }
    if rowCount == 0 { throw .noVectors(path: path) }
  }

  private static func readText(
    _ stream: VectorStream, vocabulary: Vocabulary?, dimension given: Int?,
    isInterrupted: @escaping () -> Bool
  ) throws(WordVectorsError) -> (format: VectorFileFormat, parts: [VectorRows]) {
    let path = stream.path
    let lines = LineReader(
      path: path, dropsCarriageReturn: true, dropsByteOrderMark: true, limit: lineLimit
    ) { buffer throws(InputError) in try stream.read(into: buffer) }
    let format = try VectorFileFormat(path: path, lines: lines, dimension: given)
    let row = VectorRow(path: path, dimension: format.dimension, tabsDivide: format.tabsDivide)
    let filter = WordFilter(of: vocabulary ?? Vocabulary(words: []))
    let hasHeader = format.headerRowCount != nil
    @Sendable func scanner(isFirstPart: Bool) -> VectorScanner {
      VectorScanner(
        row: row, vocabulary: vocabulary, filter: filter, isFirstPart: isFirstPart, hasHeader: hasHeader)
    }
    let parts: [VectorRows]
    if let size = stream.plainSize, size >= divisibleSize {
      let count = min(ProcessInfo.processInfo.activeProcessorCount, 8)
      parts = try inParallel(path: path, size: size, count: count, isInterrupted, scanner)
    } else {
      var scanner = scanner(isFirstPart: true)
      for (index, line) in format.sample.enumerated() {
        try line.withUnsafeBufferPointer { line throws(WordVectorsError) in
          try scanner.take(line, number: index + 1)
        }
      }
      try scanner.scan(lines, to: nil)
      parts = [scanner.rows]
    }
    let rowCount = parts.reduce(0) { $0 + $1.count }
    if let promised = format.headerRowCount, promised != rowCount {
      throw .rowCountMismatch(path: path, header: promised, found: rowCount)
    }
    return (format, parts)
  }

  /// Whether a file's first bytes do not look like text.
  private static func looksBinary(_ head: UnsafeBufferPointer<UInt8>) -> Bool {
    let sample = head.prefix(512)
    let controls = sample.count { $0 < 0x09 || (0x0E..<0x20).contains($0) }
    return controls > sample.count / 5
      || sample.contains(0) && String(validating: sample.dropLast(3), as: UTF8.self) == nil
  }

  /// Divides the file into `count` parts of about equal size; a line belongs to the part in which it begins.
  /// The result does not depend on their number.
  private static func inParallel(
    path: String, size: Int, count: Int, _ isInterrupted: () -> Bool,
    _ scanner: @escaping @Sendable (_ isFirstPart: Bool) -> VectorScanner
  ) throws(WordVectorsError) -> [VectorRows] {
    let results = PartResults()
    // Only this thread may call `isInterrupted`, the first time before the others begin, since they may soon
    // be done.
    func ask() { if isInterrupted() { results.isCancelled.store(true) } }
    ask()
    for index in 0..<count {
      DetachedThread.start {
        let range = size * index / count..<(index == count - 1 ? Int.max : size * (index + 1) / count)
        let part = Part(path: path, range: range, results.isCancelled, scanner: scanner(index == 0))
        let isLast = results.parts.withLock { parts in
          parts[index] = part
          return parts.count == count
        }
        if isLast { results.finished.signal() }
      }
    }
    while results.finished.wait(timeout: .now() + .milliseconds(20)) == .timedOut { ask() }
    let parts = results.parts.withLock { parts in (0..<count).compactMap { parts[$0] } }
    var linesBefore = 0
    for part in parts {
      if let failure = part.failure { throw failure.movedDown(by: linesBefore) }
      linesBefore += part.lineCount
    }
    return parts.map(\.scanner.rows)
  }

  /// The state shared by the threads.
  private final class PartResults: Sendable {
    let parts = Mutex<[Int: Part]>([:])
    let finished = DispatchSemaphore(value: 0)
    let isCancelled = Cancellation()
  }

  private final class Cancellation: Sendable {
    private let flag = Atomic(false)
    func store(_ value: Bool) { flag.store(value, ordering: .relaxed) }
    var isRequested: Bool { flag.load(ordering: .relaxed) }
  }

  private struct Part {
    var scanner: VectorScanner
    var lineCount = 0
    var failure: WordVectorsError?

    init(
      path: String, range: Range<Int>, _ cancellation: Cancellation, scanner: VectorScanner
    ) {
      self.scanner = scanner
      do throws(WordVectorsError) {
        try read(path: path, range: range, cancellation)
      } catch {
        failure = error
      }
    }

    private mutating func read(
      path: String, range: Range<Int>, _ cancellation: Cancellation
    ) throws(WordVectorsError) {
      let isFirst = range.lowerBound == 0
      // The byte before shows whether a line begins at the first one.
      let start = isFirst ? 0 : range.lowerBound - 1
      let lines: LineReader
      do throws(InputError) {
        let source = try ByteSource(path: path)
        if !isFirst { try source.seek(to: start) }
        lines = LineReader(
          path: path, dropsCarriageReturn: true, dropsByteOrderMark: isFirst, limit: lineLimit
        ) { buffer throws(InputError) in
          if cancellation.isRequested { throw .interrupted }
          return try source.read(into: buffer)
        }
        if !isFirst {
          _ = try lines.next()
          lines.countLinesFromHere()
        }
      } catch {
        throw .input(error)
      }
      defer { lineCount = lines.lineNumber }
      try scanner.scan(lines, to: range.upperBound == .max ? nil : range.upperBound - start)
    }
  }
}

extension WordVectorsError {
  /// The same error, `count` lines further down.
  fileprivate func movedDown(by count: Int) -> WordVectorsError {
    switch self {
    case .input(.lineTooLong(let path, let line, let limit)):
      .input(.lineTooLong(path: path, line: line + count, limit: limit))
    case .tooFewNumbers(let path, let line, let expected, let found):
      .tooFewNumbers(path: path, line: line + count, expected: expected, found: found)
    case .tooManyNumbers(let path, let line, let column, let expected, let found):
      .tooManyNumbers(path: path, line: line + count, column: column, expected: expected, found: found)
    case .notANumber(let path, let line, let column, let found):
      .notANumber(path: path, line: line + count, column: column, found: found)
    case .notFinite(let path, let line, let column, let found):
      .notFinite(path: path, line: line + count, column: column, found: found)
    case .invalidUTF8(let path, let line):
      .invalidUTF8(path: path, line: line + count)
    case .dimensionMismatch(let path, let line, let expected, let found):
      .dimensionMismatch(path: path, line: line + count, expected: expected, found: found)
    case .noVectors, .badHeader, .rowCountMismatch, .dimensionTooLarge, .noneFound, .input, .damagedBinary,
      .quantisedBinary, .unknownBinary, .utf16:
      self
    }
  }
}
