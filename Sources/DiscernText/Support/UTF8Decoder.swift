/// Decodes one character at a time, ill-formed sequences as U+FFFD.
enum UTF8Decoder {
  struct Step {
    let scalar: UInt32
    /// The number of bytes decoded.
    let length: Int
    let isRepaired: Bool
  }

  /// Decodes the character at `index`, whose byte is not ASCII.
  ///
  /// An ill-formed sequence is as long as the longest start of a well-formed one, or one byte: the
  /// practice that Unicode 15 recommends in section 3.9 (maximal subparts, table 3-7).
  @inline(__always)
  static func decode(_ text: UnsafePointer<UInt8>, _ index: Int, _ count: Int) -> Step {
    let lead = text[index]
    let following: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    var scalar: UInt32
    switch lead {
    case 0xC2...0xDF:
      following = 1
      scalar = UInt32(lead & 0x1F)
    case 0xE0...0xEF:
      following = 2
      scalar = UInt32(lead & 0x0F)
      if lead == 0xE0 { low = 0xA0 }
      if lead == 0xED { high = 0x9F }
    case 0xF0...0xF4:
      following = 3
      scalar = UInt32(lead & 0x07)
      if lead == 0xF0 { low = 0x90 }
      if lead == 0xF4 { high = 0x8F }
    default: return Step(scalar: 0xFFFD, length: 1, isRepaired: true)
    }
    var offset = 1
    while offset <= following {
      guard index &+ offset < count else { break }
      let byte = text[index &+ offset]
      guard byte >= low && byte <= high else { break }
      scalar = (scalar << 6) | UInt32(byte & 0x3F)
      (low, high) = (0x80, 0xBF)
      offset &+= 1
    }
    if offset <= following { return Step(scalar: 0xFFFD, length: offset, isRepaired: true) }
    return Step(scalar: scalar, length: offset, isRepaired: false)
  }

  /// Writes a character as UTF-8.
  ///
  /// - Returns: the number of bytes, at most four.
  @inline(__always)
  static func encode(_ scalar: UInt32, _ target: UnsafeMutablePointer<UInt8>) -> Int {
    if scalar < 0x80 {
      target[0] = UInt8(truncatingIfNeeded: scalar)
      return 1
    }
    if scalar < 0x800 {
      target[0] = UInt8(truncatingIfNeeded: 0xC0 | (scalar >> 6))
      target[1] = UInt8(truncatingIfNeeded: 0x80 | (scalar & 0x3F))
      return 2
    }
    if scalar < 0x10000 {
      target[0] = UInt8(truncatingIfNeeded: 0xE0 | (scalar >> 12))
      target[1] = UInt8(truncatingIfNeeded: 0x80 | ((scalar >> 6) & 0x3F))
      target[2] = UInt8(truncatingIfNeeded: 0x80 | (scalar & 0x3F))
      return 3
    }
    target[0] = UInt8(truncatingIfNeeded: 0xF0 | (scalar >> 18))
    target[1] = UInt8(truncatingIfNeeded: 0x80 | ((scalar >> 12) & 0x3F))
    target[2] = UInt8(truncatingIfNeeded: 0x80 | ((scalar >> 6) & 0x3F))
    target[3] = UInt8(truncatingIfNeeded: 0x80 | (scalar & 0x3F))
    return 4
  }
}
