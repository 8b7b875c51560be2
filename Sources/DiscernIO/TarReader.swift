import DiscernSystem

/// The members of a tar: V7, ustar, GNU and pax. Names are raw bytes.
///
/// Written after POSIX.1-2017 (pax) and the GNU tar manual, "Basic Tar Format", because libarchive converts
/// the names in pax headers to another Unicode form.
final class TarReader {
  private let path: String
  private let stage: any ByteStage
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
  private var start = 0
  private var end = 0
  /// The number of remaining bytes in the member, and of padding after them in the last block.
  private var rest = 0
  private var padding = 0
  private(set) var isAtEnd = false
  /// Whether the archive stopped without the zeros that should end it.
  private(set) var lacksEndMark = false

  private static let block = 512
  /// The maximum size of a name or other attribute of a member, in bytes.
  private static let attributeLimit = 1 << 20

  init(path: String, stage: any ByteStage) {
    self.path = path
    self.stage = stage
  }

  deinit { buffer.deallocate() }

  /// The next member, or nil after the last. The unread rest of the previous one is skipped.
  func next() throws(InputError) -> ArchiveEntry? {
    if isAtEnd { return nil }
    var pax: TarAttributes?
    var longName: RawPath?
    var longTarget: RawPath?
    while true {
      try skip(rest + padding)
      rest = 0
      padding = 0
      guard let header = try header() else {
        isAtEnd = true
        if pax != nil || longName != nil || longTarget != nil { throw cut() }
        return nil
      }
      let size = pax?.size ?? header.size
      switch header.type {
      case UInt8(ascii: "x"), UInt8(ascii: "X"):
        pax = try TarAttributes(try attribute(header.size)).orThrow(damaged("a pax header"))
      case UInt8(ascii: "g"): try setRest(header.size)
      case UInt8(ascii: "L"): longName = Self.untilZero(try attribute(header.size))
      case UInt8(ascii: "K"): longTarget = Self.untilZero(try attribute(header.size))
      default:
        let name = pax?.name ?? longName ?? header.name
        let target = pax?.target ?? longTarget ?? header.target
        var kind = header.kind(name: name, target: target)
        if pax?.isSparse == true { kind = .other }
        var size = kind == .file || kind == .other ? size : 0
        if case .hardLink = kind, header.size > 0, !header.isGNU {
          // In pax, the name of a link may be followed by its bytes; in the formats before it, it is not, but
          // may have a size all the same.
          var hasBytes = pax != nil
          if !hasBytes { hasBytes = try !nextIsHeader() }
          if hasBytes {
            kind = .file
            size = header.size
          }
        }
        try setRest(size)
        return ArchiveEntry(name: name, kind: kind, size: size)
      }
    }
  }

  /// Reads bytes of the current member.
  func read(into target: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let wanted = min(target.count, rest)
    if wanted == 0 { return 0 }
    if start == end, try !fill() { throw cut() }
    let count = min(wanted, end - start)
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]))
    start += count
    rest -= count
    return count
  }

  private func setRest(_ size: Int) throws(InputError) {
    guard size >= 0, size <= Int.max - Self.block else { throw damaged("a member's size") }
    rest = size
    padding = (Self.block - size % Self.block) % Self.block
  }

  /// The bytes of an attribute, which take the place of a member's bytes after their own header.
  private func attribute(_ size: Int) throws(InputError) -> [UInt8] {
    guard size >= 0, size <= Self.attributeLimit else { throw damaged("a name's length") }
    try setRest(size)
    var bytes: [UInt8] = []
    while rest > 0 {
      if start == end, try !fill() { throw cut() }
      let count = min(rest, end - start)
      bytes += buffer[start..<start + count]
      start += count
      rest -= count
    }
    return bytes
  }

  private func header() throws(InputError) -> TarHeader? {
    guard try have(Self.block) else {
      lacksEndMark = true
      return nil
    }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<start + Self.block])
    if bytes.allSatisfy({ $0 == 0 }) {
      try drain()
      return nil
    }
    guard let header = TarHeader(bytes) else { throw damaged("a header") }
    start += Self.block
    return header
  }

  private func nextIsHeader() throws(InputError) -> Bool {
    guard try have(Self.block) else { return true }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<start + Self.block])
    return bytes.allSatisfy { $0 == 0 } || TarHeader(bytes) != nil
  }

  /// Tries to buffer `count` bytes. False at the end; an end in the middle is an error.
  private func have(_ count: Int) throws(InputError) -> Bool {
    while end - start < count {
      if start > 0 {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
        end -= start
        start = 0
      }
      let read = try stage.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
      if read == 0 {
        if end > start { throw cut() }
        return false
      }
      end += read
    }
    return true
  }

  private func fill() throws(InputError) -> Bool {
    start = 0
    end = try stage.read(into: buffer)
    return end > 0
  }

  private func skip(_ count: Int) throws(InputError) {
    var left = count
    while left > 0 {
      if start == end, try !fill() { throw cut() }
      let step = min(left, end - start)
      start += step
      left -= step
    }
  }

  /// Reads everything after the archive's own end mark, so that a checksum after it is verified.
  private func drain() throws(InputError) {
    guard stage.seekableSize == nil else { return }
    while try fill() {}
  }

  private func cut() -> InputError { .corrupt(path: path, reason: "the archive ends in the middle") }

  private func damaged(_ what: String) -> InputError {
    .corrupt(path: path, reason: "\(what) of the archive is invalid")
  }

  private static func untilZero(_ bytes: [UInt8]) -> RawPath {
    RawPath(bytes: Array(bytes.prefix { $0 != 0 }))
  }
}

extension Optional {
  fileprivate func orThrow(_ error: InputError) throws(InputError) -> Wrapped {
    guard let self else { throw error }
    return self
  }
}
