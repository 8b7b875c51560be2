/// Divides a stream into lines as its bytes arrive.
package struct LineSplitter: Sendable {
  private let limit: Int
  private var bytes: [UInt8] = []
  private var start = 0
  /// There is no line feed before this position.
  private var scanned = 0
  private var lines = 0
  private var isAtEnd = false

  /// - Parameter limit: the longest line, in bytes.
  package init(limit: Int) { self.limit = limit }

  /// The number of the line last returned by `next`, from 1.
  package var number: Int { lines }

  /// The number of waiting bytes.
  package var count: Int { bytes.count - start }

  package mutating func append(_ more: some Sequence<UInt8>) {
    if start > 0, start * 2 >= bytes.count {
      bytes.removeFirst(start)
      scanned -= start
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  /// Ends the input: the waiting bytes are the last line.
  package mutating func finish() { isAtEnd = true }

  /// The next complete line, without its end; nil if there is none yet.
  ///
  /// - Throws: `ServingFailure.bodyTooLarge`.
  package mutating func next() throws(ServingFailure) -> [UInt8]? {
    while scanned < bytes.count, bytes[scanned] != 0x0A { scanned += 1 }
    let isWhole = scanned < bytes.count
    if scanned - start > limit { throw .bodyTooLarge(limit: limit) }
    guard isWhole || isAtEnd && scanned > start else { return nil }
    var line = bytes[start..<scanned]
    if lines == 0, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
    start = isWhole ? scanned + 1 : scanned
    scanned = start
    lines += 1
    return Call.withoutReturns(line)
  }
}
