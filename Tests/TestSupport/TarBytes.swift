/// A tar made by hand (POSIX.1-2017, "pax"), so that it can contain what no tar program writes.
public struct TarBytes {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// Appends a member.
  ///
  /// - Parameters:
  ///   - type: `0` a file, `1` a hard link, `2` a symbolic link, `3` a device …
  ///   - pax: records for a header before it.
  public mutating func add(
    _ name: some Sequence<UInt8>, _ content: some Sequence<UInt8> = [], type: Character = "0",
    target: String = "", pax: [(key: String, value: [UInt8])] = []
  ) {
    if !pax.isEmpty {
      let records = pax.flatMap { key, value -> [UInt8] in
        let rest = Array(" \(key)=".utf8) + value + [0x0A]
        var length = rest.count + 1
        while rest.count + String(length).count != length { length = rest.count + String(length).count }
        return Array(String(length).utf8) + rest
      }
      append("pax".utf8, records, type: "x", target: "")
    }
    append(name, content, type: type, target: target)
  }

  /// With the zeros that end an archive.
  public var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

  private mutating func append(
    _ name: some Sequence<UInt8>, _ content: some Sequence<UInt8>, type: Character, target: String
  ) {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ field: some Sequence<UInt8>, at place: Int) {
      for (index, byte) in field.enumerated() { header[place + index] = byte }
    }
    func octal(_ value: Int, _ digits: Int) -> [UInt8] {
      let text = String(value, radix: 8)
      return Array(String(repeating: "0", count: digits - text.count).utf8) + Array(text.utf8)
    }
    let content = Array(content)
    put(name, at: 0)
    put("0000644\00000000\00000000\0".utf8, at: 100)
    put(octal(content.count, 11), at: 124)
    put(octal(0, 11), at: 136)
    put("        ".utf8, at: 148)
    put(String(type).utf8, at: 156)
    put(target.utf8, at: 157)
    put("ustar\000".utf8, at: 257)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + [0, 0x20], at: 148)
    bytes += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }
}
