/// The compression of a single file, recognised by its first bytes, never by its name.
enum Compression: CaseIterable {
  case gzip, xz, zstandard, bzip2

  /// The formats' own magic numbers (RFC 1952, the .xz file format 1.2, RFC 8878, bzip2's block
  /// header). A zstandard file may begin with one of sixteen kinds of skippable frame.
  func matches(_ head: [UInt8]) -> Bool {
    switch self {
    case .gzip: head.starts(with: [0x1F, 0x8B, 0x08])
    case .xz: head.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00])
    case .zstandard:
      head.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
        || (head.count >= 4 && head[0] & 0xF0 == 0x50 && head[1...3].elementsEqual([0x2A, 0x4D, 0x18]))
    case .bzip2:
      head.count >= 10 && head.starts(with: Array("BZh".utf8)) && (0x31...0x39).contains(head[3])
        && (head[4...9].elementsEqual([0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
          || head[4...9].elementsEqual([0x17, 0x72, 0x45, 0x38, 0x50, 0x90]))
    }
  }

  /// Whether `head` is so short that more bytes could still make it the beginning of one of these formats.
  static func mayBegin(with head: [UInt8]) -> Bool {
    let magics: [[UInt8]] = [
      [0x1F, 0x8B, 0x08], [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], [0x28, 0xB5, 0x2F, 0xFD],
    ]
    if magics.contains(where: { $0.count > head.count && $0.starts(with: head) }) { return true }
    if head.count < 14, Array("BZh".utf8.prefix(head.count)).elementsEqual(head.prefix(3)) { return true }
    guard head.count < 4, let first = head.first, first & 0xF0 == 0x50 else { return false }
    return [0x2A, 0x4D].starts(with: head.dropFirst())
  }

  static func of(_ head: [UInt8]) -> Compression? { allCases.first { $0.matches(head) } }
}
