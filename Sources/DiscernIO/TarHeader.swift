/// A tar header of 512 bytes.
struct TarHeader {
  let name: RawPath
  let target: RawPath
  let size: Int
  let type: UInt8
  /// Whether it has GNU's magic.
  let isGNU: Bool

  /// Nil unless the checksum is right and the numbers are valid.
  init?(_ block: UnsafeRawBufferPointer) {
    guard Self.hasChecksum(block), let size = Self.number(block[124..<136]) else { return nil }
    self.size = size
    type = block[156]
    let magic = Array(block[257..<265])
    isGNU = magic.elementsEqual("ustar  \0".utf8)
    var name = Array(block[0..<100].prefix { $0 != 0 })
    if magic.starts(with: Array("ustar\0".utf8)) {
      let prefix = block[345..<500].prefix { $0 != 0 }
      if !prefix.isEmpty { name = prefix + [UInt8(ascii: "/")] + name }
    }
    self.name = RawPath(bytes: name)
    target = RawPath(bytes: Array(block[157..<257].prefix { $0 != 0 }))
  }

  func kind(name: RawPath, target: RawPath) -> ArchiveEntry.Kind {
    switch type {
    case UInt8(ascii: "1"): .hardLink(target)
    case UInt8(ascii: "2"): .symbolicLink
    case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"): .device
    case UInt8(ascii: "5"), UInt8(ascii: "D"): .folder
    case UInt8(ascii: "S"), UInt8(ascii: "M"), UInt8(ascii: "V"): .other
    // V7 marks folders only by their names; unknown types are files, as POSIX requires.
    default: name.bytes.last == UInt8(ascii: "/") ? .folder : .file
    }
  }

  /// Whether the checksum is right: the sum of all bytes, with those of the checksum itself counted as
  /// spaces; some programs sum signed bytes.
  static func hasChecksum(_ block: UnsafeRawBufferPointer) -> Bool {
    guard block.count >= 512, let expected = number(block[148..<156]) else { return false }
    var sum = 8 * 32
    var signed = sum
    for index in 0..<512 where index < 148 || index >= 156 {
      sum += Int(block[index])
      signed += Int(Int8(bitPattern: block[index]))
    }
    return expected == sum || expected == signed
  }

  /// A number in octal digits with spaces and zeros around them, or in GNU's big-endian binary.
  private static func number(_ field: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard let first = field.first else { return nil }
    if first & 0x80 != 0 {
      guard first == 0x80 else { return nil }  // negative, or beyond all files
      var value = 0
      for byte in field.dropFirst() {
        let (shifted, overflow) = value.multipliedReportingOverflow(by: 256)
        guard !overflow, shifted <= Int.max - 255 else { return nil }
        value = shifted + Int(byte)
      }
      return value
    }
    let digits = field.drop { $0 == 0x20 || $0 == 0 }.prefix { $0 != 0x20 && $0 != 0 }
    guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
  }
}

/// A pax header's fields for the next member.
struct TarAttributes {
  private(set) var name: RawPath?
  private(set) var target: RawPath?
  private(set) var size: Int?
  private(set) var isSparse = false
  private var sparseName: RawPath?

  /// From records `LENGTH KEY=VALUE\n`; nil for other bytes.
  init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let space = rest.firstIndex(of: 0x20),
        let text = String(validating: rest[..<space], as: UTF8.self),
        let length = Int(text), length > text.utf8.count + 2, length <= rest.count
      else { return nil }
      let record = rest[(space + 1)..<(rest.startIndex + length)]
      rest = rest[(rest.startIndex + length)...]
      guard record.last == 0x0A, let equals = record.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let key = String(decoding: record[..<equals], as: UTF8.self)
      let value = Array(record[(equals + 1)...].dropLast())
      switch key {
      case "path" where !value.contains(0): name = RawPath(bytes: value)
      case "linkpath": target = RawPath(bytes: value)
      case "size":
        guard let number = Int(String(decoding: value, as: UTF8.self)), number >= 0 else { return nil }
        size = number
      case "GNU.sparse.name":
        sparseName = RawPath(bytes: value)
        isSparse = true
      default: if key.hasPrefix("GNU.sparse.") { isSparse = true }
      }
    }
    // The plain name is then a substitute for programs that do not know sparse files.
    if let sparseName { name = sparseName }
  }
}
