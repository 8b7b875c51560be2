/// How single files are compressed, told by their first bytes and never by their names.
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

  /// Whether `head` is so short that more bytes could still make it one of these.
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

/// What a stream holds once it is decompressed.
enum Container {
  case bytes, tar, zip

  /// A tar header is recognised by its checksum, so that all kinds of tar count and no text does.
  static func of(_ head: [UInt8]) -> Container {
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      return .zip
    }
    guard head.count >= 512 else { return .bytes }
    let block = head[..<512]
    if block.allSatisfy({ $0 == 0 }) { return .tar }  // an archive without members
    let field = block[148..<156].filter { $0 != 0x20 && $0 != 0 }
    guard !field.isEmpty, field.allSatisfy({ (0x30...0x37).contains($0) }) else { return .bytes }
    let expected = field.reduce(0) { $0 * 8 + Int($1 - 0x30) }
    let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
    return sum == expected ? .tar : .bytes
  }
}

/// A file opened and decompressed, with what it turned out to hold.
struct OpenedInput {
  let stage: any ByteStage
  let container: Container

  init(path: String) throws(InputError) {
    let file = PeekableBytes(try FileBytes(path: path))
    try Self.readHead(of: file)
    guard let compression = Compression.of(file.head) else {
      stage = file
      container = Container.of(file.head)
      return
    }
    // Of less than the shortest bzip2 file, libarchive makes an empty one.
    if compression == .bzip2, file.head.count < 14 {
      throw .corrupt(path: path, reason: "truncated bzip2 data")
    }
    let checked = compression == .gzip ? GzipCheck(file, path: path) : nil
    let plain = PeekableBytes(
      try DecompressedBytes(path: path, compression: compression, upstream: checked ?? file, check: checked))
    try Self.readHead(of: plain)
    stage = plain
    let inner = Container.of(plain.head)
    container = inner == .tar ? .tar : .bytes  // a compressed zip is nobody's corpus
  }

  /// Reads as much as telling the formats apart takes. From a terminal or a pipe that delivers little
  /// at a time, only bytes that no text begins with are worth waiting for more.
  private static func readHead(of stage: PeekableBytes) throws(InputError) {
    while stage.head.count < 512, try stage.extendHead(to: 512) {
      if stage.seekableSize == nil, !mayBeBinary(stage.head) { return }
    }
  }

  private static func mayBeBinary(_ head: [UInt8]) -> Bool {
    head.isEmpty || head.contains(0) || Compression.mayBegin(with: head)
      || (head.count < 4 && [0x50, 0x4B, 0x03].starts(with: head))
  }
}
