import DiscernSystem

/// Finds the end of a record that is not kept, block by block: in a table with quotes after its last field,
/// in other formats after its first line.
struct RecordEnd {
  private enum Place {
    case fieldStart, plain, quoted, afterQuote
    /// In a record that breaks the rules of quotes, or in a format without them: it ends at the next line
    /// end.
    case line
  }

  private var place: Place
  private let separator: UInt8
  /// The number of line ends passed so far.
  private(set) var lines = 0
  private var openedAt = 0

  /// - Parameter separator: the separator of a table with quotes; nil for other formats.
  init(separator: UInt8?) {
    place = separator == nil ? .line : .fieldStart
    self.separator = separator ?? 0
  }

  /// The line of a quote that is still open, counted from 0 at the record's first line; nil if there is none.
  var openQuote: Int? { place == .quoted ? openedAt : nil }

  /// The number of bytes up to and including the record's end; nil if the end is not among them.
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
