/// The directory at the end of a zip: its entries, in the order of the file.
///
/// Follows PKWARE's APPNOTE 6.3, sections 4.3.12 to 4.3.16 and 4.6.9. It is read in addition to libarchive's
/// own reading because of the names, which libarchive converts to another Unicode form.
struct ZipDirectory {
  struct Member {
    let name: RawPath
    let kind: ArchiveEntry.Kind
    let offset: UInt64
    let isEncrypted: Bool
    let usesBackslashes: Bool
  }

  private(set) var members: [Member] = []
  private let stage: any ByteStage
  private let path: String

  init(path: String, stage: any ByteStage, size: Int) throws(InputError) {
    self.stage = stage
    self.path = path
    let (start, length, count) = try Self.place(path: path, stage: stage, size: size)
    try stage.seek(to: start)
    let reader = LittleEndianReader(path: path, stage, limit: length)
    for _ in 0..<count {
      guard try reader.number(4) == 0x0201_4B50 else { break }
      members.append(try member(reader))
    }
    if members.count != count { throw Self.damaged(path) }
    members = members.indices.sorted {
      (members[$0].offset, $0) < (members[$1].offset, $1)
    }.map { members[$0] }
    // libarchive skips members that begin where another does.
    var last: UInt64?
    members = members.filter { member in
      defer { last = member.offset }
      return member.offset != last
    }
    try stage.seek(to: 0)
  }

  private func member(_ reader: LittleEndianReader) throws(InputError) -> Member {
    _ = try reader.number(1)
    let system = try reader.number(1)
    _ = try reader.number(2)
    let flags = try reader.number(2)
    try reader.skip(2 + 4 + 4)
    let packed = try reader.number(4)
    let unpacked = try reader.number(4)
    let nameLength = Int(try reader.number(2))
    let extraLength = Int(try reader.number(2))
    let commentLength = Int(try reader.number(2))
    try reader.skip(4)
    let attributes = try reader.number(4)
    var offset = try reader.number(4)
    var name = try reader.bytes(nameLength)
    let extra = Self.fields(try reader.bytes(extraLength))
    try reader.skip(commentLength)
    if offset == 0xFFFF_FFFF, let wide = extra.first(where: { $0.id == 1 })?.content {
      let before = 8 * [packed, unpacked].count { $0 == 0xFFFF_FFFF }
      guard wide.count >= before + 8 else { throw Self.damaged(path) }
      offset = Self.number(wide[before..<before + 8])
    }
    // Info-ZIP's name in UTF-8 applies if it contains the checksum of this name.
    if let unicode = extra.first(where: { $0.id == 0x7075 })?.content, unicode.count > 5, unicode[0] == 1 {
      var crc = CRC32()
      name.withUnsafeBytes { crc.add($0) }
      if UInt64(crc.crc) == Self.number(unicode[1..<5]) { name = Array(unicode[5...]) }
    }
    var kind = ArchiveEntry.Kind.file
    if system == 3 {
      switch attributes >> 16 & 0o170000 {
      case 0o120000: kind = .symbolicLink
      case 0o040000: kind = .folder
      case 0o100000, 0: break
      default: kind = .device
      }
    } else if attributes & 0x10 != 0, unpacked == 0 {
      kind = .folder
    }
    if name.last == UInt8(ascii: "/") { kind = .folder }
    return Member(
      name: RawPath(bytes: name), kind: kind, offset: offset, isEncrypted: flags & 1 != 0,
      usesBackslashes: system != 3 && !name.contains(UInt8(ascii: "/")))
  }

  /// The place of the directory, and its number of members.
  private static func place(
    path: String, stage: any ByteStage, size: Int
  ) throws(InputError) -> (start: Int, length: Int, count: Int) {
    let tailLength = min(size, 22 + 65_535 + 20)
    try stage.seek(to: size - tailLength)
    let tail = try LittleEndianReader(path: path, stage, limit: tailLength).bytes(tailLength)
    let signature: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    var found: Int?
    for position in stride(from: tailLength - 22, through: 0, by: -1)
    where tail[position] == 0x50 && tail[position..<position + 4].elementsEqual(signature) {
      found = position
      break
    }
    guard let found else {
      throw .corrupt(path: path, reason: "the directory at the end of the zip is missing")
    }
    var count = number(tail[found + 10..<found + 12])
    var length = number(tail[found + 12..<found + 16])
    var end = size - tailLength + found
    if found >= 20, tail[found - 20..<found - 16].elementsEqual([0x50, 0x4B, 0x06, 0x07]) {
      let place = number(tail[found - 12..<found - 4])
      guard place < UInt64(size) else { throw damaged(path) }
      try stage.seek(to: Int(place))
      let wide = try LittleEndianReader(path: path, stage, limit: size).bytes(56)
      guard wide.starts(with: [0x50, 0x4B, 0x06, 0x06]) else { throw damaged(path) }
      count = number(wide[32..<40])
      length = number(wide[40..<48])
      end = Int(place)
    }
    // A member takes at least 46 bytes.
    guard length <= UInt64(end), count <= length / 46 else { throw damaged(path) }
    return (end - Int(length), Int(length), Int(count))
  }

  private static func fields(_ bytes: [UInt8]) -> [(id: UInt64, content: [UInt8])] {
    var fields: [(id: UInt64, content: [UInt8])] = []
    var rest = bytes[...]
    while rest.count >= 4 {
      let length = Int(number(rest.dropFirst(2).prefix(2)))
      guard rest.count >= 4 + length else { break }
      fields.append((number(rest.prefix(2)), Array(rest.dropFirst(4).prefix(length))))
      rest = rest.dropFirst(4 + length)
    }
    return fields
  }

  private static func number(_ bytes: some Collection<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func damaged(_ path: String) -> InputError {
    .corrupt(path: path, reason: "the directory at the end of the zip is invalid")
  }
}
