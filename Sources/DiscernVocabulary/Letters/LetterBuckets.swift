/// The rows of a table for a word's letters: its n-grams of 3 to 6 letters, with `<` before and `>` after the
/// word, each hashed into one of a number of buckets (Bojanowski et al. 2017).
///
/// A letter is a Unicode scalar, as in fastText: finding grapheme clusters would cost more than all the rest,
/// and the longer n-grams hold them. The hash is FNV-1a of 32 bits over the n-gram's UTF-8, modulo the number
/// of buckets; it has no key, so that a word has the same buckets everywhere and always: a saved model
/// depends on it. Only the first `longestWord` letters of a word count.
package struct LetterBuckets: Sendable, Hashable {
  package static let shortest = 3
  package static let longest = 6
  /// The maximum number of letters of a word that are read, so that a text without spaces cannot take
  /// unlimited memory.
  package static let longestWord = 64

  /// The number of buckets, at least 1.
  package let count: Int

  package init(count: Int) {
    precondition(count >= 1 && count <= Int(Int32.max), "\(count) buckets")
    self.count = count
  }

  /// Appends the buckets of a word's n-grams, given as UTF-8, in the order of their first letters, then of
  /// their lengths; at least one for a word that is not empty. Allocates only for `buckets`.
  package func append(_ word: UnsafeBufferPointer<UInt8>, to buckets: inout [Int32]) {
    guard !word.isEmpty else { return }
    var end = 0
    var letters = 0
    while end < word.count, letters < Self.longestWord {
      end += 1
      while end < word.count, Self.continues(word[end]) { end += 1 }
      letters += 1
    }
    // Places -1 and `end` are the marks; a word that is cut has no mark at its end.
    let last = end == word.count ? end : end - 1
    func byte(_ place: Int) -> UInt8 {
      place < 0 ? UInt8(ascii: "<") : place == word.count ? UInt8(ascii: ">") : word[place]
    }
    for start in -1...last where start < 0 || start == word.count || !Self.continues(word[start]) {
      var hash: UInt32 = 0x811C_9DC5
      var length = 0
      var place = start
      while place <= last, length < Self.longest {
        repeat {
          hash = (hash ^ UInt32(byte(place))) &* 0x0100_0193
          place += 1
        } while place >= 0 && place < end && Self.continues(word[place])
        length += 1
        if length >= Self.shortest { buckets.append(Int32(hash % UInt32(count))) }
      }
    }
  }

  /// Whether a byte of UTF-8 continues a letter.
  private static func continues(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
