/// CRC-32 as in gzip (ISO 3309, polynomial 0xEDB88320 reflected) with the number of bytes it covers.
package struct CRC32 {
  private(set) var crc: UInt32 = 0
  private(set) var length: UInt64 = 0

  init() {}

  init(crc: UInt32, length: UInt64) {
    self.crc = crc
    self.length = length
  }

  private static let tables = tables(polynomial: 0xEDB8_8320)

  /// Eight tables of 256: `tables[256 * k + b]` is the CRC of byte b followed by k zeros.
  ///
  /// - Parameter polynomial: reflected.
  private static func tables(polynomial: UInt32) -> [UInt32] {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      tables[byte] = (0..<8).reduce(UInt32(byte)) { crc, _ in
        crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1
      }
    }
    for index in 256..<2048 {
      let before = tables[index - 256]
      tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
    }
    return tables
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    length += UInt64(bytes.count)
    crc = Self.crc(of: bytes, after: crc, Self.tables)
  }

  /// Eight bytes per step ("slicing by 8", Kounavis and Berry 2005).
  private static func crc(
    of bytes: UnsafeRawBufferPointer, after before: UInt32, _ tables: [UInt32]
  ) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      var crc = ~before
      var position = 0
      while position + 8 <= bytes.count {
        let word =
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) ^ UInt64(crc)
        crc = 0
        for byte in 0..<8 {
          crc ^= tables[256 * (7 - byte) + Int(truncatingIfNeeded: word >> UInt64(8 * byte) & 0xFF)]
        }
        position += 8
      }
      while position < bytes.count {
        crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[position])) & 0xFF)]
        position += 1
      }
      return ~crc
    }
  }

  private static let castagnoliTables = tables(polynomial: 0x82F6_3B78)

  /// CRC-32C (RFC 3720, appendix B.4), which TensorFlow's records use.
  package static func castagnoli(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { crc(of: $0, after: 0, castagnoliTables) }
  }

  /// The CRC of these bytes followed by the other's: crc·x^(8n) + other modulo the polynomial.
  func followed(by other: CRC32) -> CRC32 {
    var power: UInt32 = 1 << 30  // x; bit 31 is x⁰
    var shift: UInt32 = 1 << 31
    var exponent = other.length * 8
    while exponent > 0 {
      if exponent & 1 == 1 { shift = Self.product(shift, power) }
      power = Self.product(power, power)
      exponent >>= 1
    }
    return CRC32(crc: Self.product(crc, shift) ^ other.crc, length: length + other.length)
  }

  /// The product of two polynomials over GF(2), reflected, modulo the CRC's own.
  private static func product(_ a: UInt32, _ b: UInt32) -> UInt32 {
    var result: UInt32 = 0
    var shifted = b
    for bit in (0..<32).reversed() {
      if a >> UInt32(bit) & 1 == 1 { result ^= shifted }
      shifted = shifted & 1 == 1 ? shifted >> 1 ^ 0xEDB8_8320 : shifted >> 1
    }
    return result
  }
}
