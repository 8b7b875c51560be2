/// Determines quickly, and without touching much memory, that a token is *not* a word of a vocabulary.
///
/// Most rows of a vector file belong to words that are not wanted. A bitmap of a few dozen kilobytes, two
/// bits set for each word, stays in the nearest cache and rejects all but one or two per cent of them.
struct WordFilter: Sendable {
  private let bits: [UInt64]
  /// The shift from a hash to the index of a word of the bitmap.
  private let shift: UInt64
  /// The first fields of the words that contain spaces.
  private let beginnings: Set<ArraySlice<UInt8>>

  /// A filter that lets through the words of `vocabulary` and all rows that need a closer look: those of the
  /// special tokens, those that begin with a space or have an invisible character as their token, and those
  /// that begin like a word with spaces in it, which cannot be recognised by their first field alone.
  init(of vocabulary: Vocabulary) {
    var size: UInt64 = 1 << 10
    while size < 16 * UInt64(vocabulary.count) { size *= 2 }
    var bits = [UInt64](repeating: 0, count: Int(size / 64))
    let shift = UInt64(size.leadingZeroBitCount + 7)
    func insert(_ token: ArraySlice<UInt8>) {
      let key = token.withUnsafeBufferPointer(TokenHash.ofProcess.key(of:))
      let (word, pattern) = Self.place(key, shift)
      bits[word] |= pattern
    }
    var beginnings: Set<ArraySlice<UInt8>> = []
    for id in 0..<vocabulary.count {
      let word = vocabulary.bytes(at: id)
      let field = word.prefix { $0 != 0x20 }
      insert(field)
      if field.count < word.count { beginnings.insert(field) }
    }
    insert([])
    for token in VisibleToken.singles { insert(token[...]) }
    self.bits = bits
    self.shift = shift
    self.beginnings = beginnings
  }

  /// `View.mayHold` without false positives, for a field that is not a word of the vocabulary.
  func isNeeded(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    field.isEmpty || Vocabulary.isSpecial(field)
      || VisibleToken.singles.contains { $0.elementsEqual(field) }
      || !beginnings.isEmpty && beginnings.contains(ArraySlice(field))
  }

  /// Runs `body` with a view for many calls.
  func withView<Result, Failure: Error>(_ body: (View) throws(Failure) -> Result) throws(Failure) -> Result {
    try bits.withUnsafeBufferPointer { bits throws(Failure) in try body(View(bits: bits, shift: shift)) }
  }

  struct View {
    fileprivate let bits: UnsafeBufferPointer<UInt64>
    fileprivate let shift: UInt64

    /// False only if no row that begins with a field of this key is wanted.
    @inline(__always) func mayHold(_ key: UInt64) -> Bool {
      let (word, pattern) = WordFilter.place(key, shift)
      return bits[word] & pattern == pattern
    }
  }

  /// A word of the bitmap, and two bits in it.
  @inline(__always) private static func place(_ key: UInt64, _ shift: UInt64) -> (Int, UInt64) {
    let hash = (key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15
    return (Int(truncatingIfNeeded: hash >> shift), 1 << (hash & 63) | 1 << (hash >> 6 & 63))
  }
}
