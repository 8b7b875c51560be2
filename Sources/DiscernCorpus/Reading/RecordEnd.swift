import DiscernSystem

/// Finds the end of a record that is not kept, in blocks: in a table with quotes after its last field, in all
/// other formats after its first line.
struct RecordEnd {
  private enum Place {
    case fieldStart, plain, quoted, afterQuote
    /// In a record that breaks the rules of quotes, or has none: the next line end is its end.
    case line
  }

  private var place: Place
  private let separator: UInt8
  /// Line ends passed so far.
  private(set) var lines = 0
  private var openedAt = 0

  /// - Parameter separator: of a table with quotes; nil for all else.
  init(separator: UInt8?) {
    place = separator == nil ? .line : .fieldStart
    self.separator = separator ?? 0
  }

  /// How many lines below the record's first one a quote was opened that is still open.
  var openQuote: Int? { place == .quoted ? openedAt : nil }

  /// The number of the bytes up to the record's end, which is counted too; nil if it is not among them.
  mutating func find(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    if place == .line {
      guard let base = bytes.baseAddress, let found = memchr(base, 0x0A, bytes.count) else { return nil }
      lines += 1
      return UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
    }
    for (index, byte) in bytes.enumerated() {
      switch (place, byte) {
      case (.quoted, 0x22): place = .afterQuote
      case (.quoted, 0x0A): lines += 1
      case (.quoted, _): continue
      case (_, 0x0A):
        lines += 1
        return index + 1
      case (.fieldStart, 0x22):
        place = .quoted
        openedAt = lines
      case (.afterQuote, 0x22): place = .quoted
      case (.afterQuote, 0x0D), (.line, _): continue
      case (_, separator): place = .fieldStart
      case (.afterQuote, _): place = .line
      default: place = .plain
      }
    }
    return nil
  }
}
