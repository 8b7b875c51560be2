/// Eight bytes at once in a 64-bit word; a set of bytes is a word with the high bit of each member set.
/// The first byte of the text is the lowest.
enum SWAR {
  static let high: UInt64 = 0x8080_8080_8080_8080
  private static let ones: UInt64 = 0x0101_0101_0101_0101

  struct Classes {
    let letters: UInt64
    let capitals: UInt64
    let digits: UInt64
    /// The number of leading bytes that are letters, digits or `_`.
    let wordLength: Int
  }

  @inline(__always)
  static func load(_ text: UnsafePointer<UInt8>, _ index: Int, _ count: Int) -> UInt64 {
    if index &+ 8 <= count {
      return UInt64(littleEndian: UnsafeRawPointer(text + index).loadUnaligned(as: UInt64.self))
    }
    return loadTail(text, index, count)
  }

  /// Loads the last bytes, fewer than eight, without reading beyond the text.
  @inline(never)
  private static func loadTail(_ text: UnsafePointer<UInt8>, _ index: Int, _ count: Int) -> UInt64 {
    var word: UInt64 = 0
    for offset in 0..<(count - index) { word |= UInt64(text[index + offset]) << UInt64(8 * offset) }
    return word
  }

  @inline(__always)
  static func store(_ word: UInt64, _ target: UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(target).storeBytes(of: word.littleEndian, as: UInt64.self)
  }

  /// The bytes of `word` from `first` to `last`; both below 0x80. Sums of seven bits do not carry over.
  @inline(__always)
  private static func between(_ word: UInt64, _ first: UInt64, _ last: UInt64) -> UInt64 {
    (word &+ ones &* (0x80 &- first)) & ~(word &+ ones &* (0x7F &- last)) & high
  }

  @inline(__always)
  static func classify(_ word: UInt64) -> Classes {
    let ascii = ~word & high
    let low = word & ~high
    let letters = between(low | ones &* 0x20, 0x61, 0x7A) & ascii
    let digits = between(low, 0x30, 0x39) & ascii
    let underscores = between(low, 0x5F, 0x5F) & ascii
    let words = letters | digits | underscores
    return Classes(
      letters: letters,
      // Bit 5 distinguishes lower-case from capital letters.
      capitals: letters & ~(word << 2),
      digits: digits,
      wordLength: (words ^ high).trailingZeroBitCount >> 3)
  }

  /// A mask over the first `length` bytes.
  @inline(__always)
  static func prefix(_ length: Int) -> UInt64 {
    length >= 8 ? ~0 : (1 &<< UInt64(8 &* length)) &- 1
  }

  /// The bytes that equal `byte`, which is below 0x80.
  @inline(__always)
  static func equal(_ word: UInt64, _ byte: UInt64) -> UInt64 {
    between(word & ~high, byte, byte) & ~word & high
  }
}
