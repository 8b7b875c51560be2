import DiscernIO

/// Reads a cell with a label, or with a list of labels.
enum LabelCell {
  /// Without white space at either end: in ASCII, no-break, ideographic and zero-width spaces, and a byte
  /// order mark. Such space is invisible and results from how a file was written.
  static func trimmed(_ cell: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = cell.count
    while start < end {
      let length = spaceLength(cell, start, end)
      if length == 0 { break }
      start += length
    }
    while start < end {
      let length = [1, 2, 3].first { end - $0 >= start && spaceLength(cell, end - $0, end) == $0 }
      guard let length else { break }
      end -= length
    }
    return UnsafeBufferPointer(rebasing: cell[start..<end])
  }

  /// The length of the space that begins at `index`, or 0.
  @inline(__always)
  private static func spaceLength(_ cell: UnsafeBufferPointer<UInt8>, _ index: Int, _ end: Int) -> Int {
    let byte = cell[index]
    if byte == 0x20 || byte >= 0x09 && byte <= 0x0D { return 1 }
    if byte < 0xC2 { return 0 }
    if byte == 0xC2 { return index + 1 < end && cell[index + 1] == 0xA0 ? 2 : 0 }
    guard index + 2 < end else { return 0 }
    switch (byte, cell[index + 1], cell[index + 2]) {
    case (0xE3, 0x80, 0x80), (0xE2, 0x80, 0x8B), (0xEF, 0xBB, 0xBF): return 3
    default: return 0
    }
  }

  /// Whether it is a list as in Python or JSON, `['a', 'b']`, rather than labels with a separator between
  /// them.
  static func isList(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard cell.count >= 2, let first = cell.first, let last = cell.last else { return false }
    switch (first, last) {
    case (UInt8(ascii: "["), UInt8(ascii: "]")): return true
    case (UInt8(ascii: "("), UInt8(ascii: ")")), (UInt8(ascii: "{"), UInt8(ascii: "}")):
      return cell[1] == UInt8(ascii: "'") || cell[1] == UInt8(ascii: "\"")
    default: return false
    }
  }

  /// The elements of a list: strings in single or double quotes, and unquoted words. Nil if the cell is not a
  /// list.
  static func elements(ofList cell: UnsafeBufferPointer<UInt8>) -> [[UInt8]]? {
    var elements: [[UInt8]] = []
    let end = cell.count - 1
    var position = 1
    func skipSpace() {
      while position < end, cell[position] == 0x20 || cell[position] == 0x09 { position += 1 }
    }
    while true {
      skipSpace()
      if position == end { return elements }
      var element: [UInt8] = []
      let quote = cell[position]
      if quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
        position += 1
        while position < end, cell[position] != quote {
          if cell[position] == UInt8(ascii: "\\"), position + 1 < end { position += 1 }
          element.append(cell[position])
          position += 1
        }
        if position == end { return nil }
        position += 1
        skipSpace()
      } else {
        while position < end, cell[position] != UInt8(ascii: ",") {
          element.append(cell[position])
          position += 1
        }
        while element.last == 0x20 { element.removeLast() }
        if element.contains(where: { "'\"[](){}".utf8.contains($0) }) { return nil }
      }
      if !element.isEmpty { elements.append(element) }
      if position == end { return elements }
      guard cell[position] == UInt8(ascii: ",") else { return nil }
      position += 1
    }
  }
}
