/// A file for `storedZip`.
public struct ZipMember {
  public var name: [UInt8]
  public var content: [UInt8]
  /// Flag bit 11: the name is UTF-8.
  public var flags = 1 << 11
  /// 0 is MS-DOS, 3 Unix.
  public var system = 0
  /// Of Unix: what the file is, such as 0o120000 for a symbolic link.
  public var mode = 0

  public init(_ name: some Sequence<UInt8>, _ content: some Sequence<UInt8>) {
    self.name = Array(name)
    self.content = Array(content)
  }
}

public func storedZip(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
  storedZip(files.map { ZipMember($0.name.utf8, $0.content) })
}

/// A zip of uncompressed files, as PKWARE's APPNOTE 6.3 sections 4.3.7, 4.3.12 and 4.3.16 lay it out.
public func storedZip(_ files: [ZipMember]) -> [UInt8] {
  func little(_ value: Int, _ bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  func crc(_ bytes: [UInt8]) -> Int {
    var value: UInt32 = .max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return Int(~value)
  }
  var data: [UInt8] = []
  var directory: [UInt8] = []
  for file in files {
    let size = little(file.content.count, 4)
    let common =
      little(20, 2) + little(file.flags, 2) + little(0, 6) + little(crc(file.content), 4) + size + size
      + little(file.name.count, 2) + little(0, 2)
    directory +=
      little(0x0201_4B50, 4) + [20, UInt8(file.system)] + common + little(0, 6)
      + little(file.mode << 16, 4) + little(data.count, 4) + file.name
    data += little(0x0403_4B50, 4) + common + file.name + file.content
  }
  let count = little(files.count, 2)
  return data + directory + little(0x0605_4B50, 4) + little(0, 4) + count + count
    + little(directory.count, 4) + little(data.count, 4) + little(0, 2)
}
