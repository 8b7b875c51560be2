/// A zip of uncompressed files, as PKWARE's APPNOTE 6.3 sections 4.3.7, 4.3.12 and 4.3.16 lay it out.
func storedZip(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
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
    let name = Array(file.name.utf8)
    let size = little(file.content.count, 4)
    // Flag bit 11: the name is UTF-8.
    let common =
      little(20, 2) + little(1 << 11, 2) + little(0, 6) + little(crc(file.content), 4) + size + size
      + little(name.count, 2) + little(0, 2)
    directory +=
      little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 6) + little(0, 4) + little(data.count, 4)
      + name
    data += little(0x0403_4B50, 4) + common + name + file.content
  }
  let count = little(files.count, 2)
  return data + directory + little(0x0605_4B50, 4) + little(0, 4) + count + count
    + little(directory.count, 4) + little(data.count, 4) + little(0, 2)
}
