/// The numbers of n-grams that are not kept by name: a hash that is the same in every process and must never
/// change.
///
/// N-grams share 2^bits numbers; collisions are not detected.
struct NGramHashing: Sendable {
  private static let hash = TokenHash(
    seed: 0x2D35_8DCC_AA6C_78A5, step: 0x8BB8_4B93_962E_ACC9, last: 0x4B33_A62E_D433_D4A3,
    place: 0xAAAA_AAAA_AAAA_AAAB)
  private static let words: UInt64 = 0xA076_1D64_78BD_642F
  private static let letters: UInt64 = 0xE703_7ED1_A0B4_28DB

  private let shift: UInt64

  init(bits: Int) { shift = UInt64(65 - bits) }

  /// A word's key, for the n-grams of words that it is in.
  func key(of word: UnsafeBufferPointer<UInt8>) -> UInt64 { Self.hash.key(of: word) }

  /// The hash of the words so far, and of one more.
  func hash(_ words: UInt64?, next key: UInt64) -> UInt64 {
    TokenHash.fold(TokenHash.fold((words ?? Self.words) ^ key, Self.hash.step) ^ key, Self.words)
  }

  /// The number of n-grams of words with this hash; even.
  func feature(_ hash: UInt64) -> Int32 { Int32(truncatingIfNeeded: (hash >> shift) << 1) }

  /// The number of an n-gram of letters; odd.
  func feature(ofLetters letters: UnsafeBufferPointer<UInt8>) -> Int32 {
    let key = Self.hash.key(of: letters)
    let hash = TokenHash.fold(
      TokenHash.fold(key ^ Self.letters, Self.hash.step) ^ key, Self.letters)
    return feature(hash) | 1
  }
}
