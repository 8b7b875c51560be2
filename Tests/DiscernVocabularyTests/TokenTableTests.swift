import DiscernVocabulary
import TestSupport
import Testing

@Suite struct TokenTableTests {
  private static let fixed = TokenHash(
    seed: 1, step: 0xA076_1D64_78BD_642F, last: 0xE703_7ED1_A0B4_28DB, place: 0x5899_65CC_7537_4CC3)

  private func table(_ words: [[UInt8]], _ hash: TokenHash) -> TokenTable {
    var table = TokenTable(hash: hash)
    for word in words { _ = word.withUnsafeBufferPointer { table.insert($0) } }
    return table
  }

  /// Words of sixteen bytes that a hash with known numbers maps to the same value: the first
  /// half is free, the second cancels the difference that it makes.
  private func flood(against hash: TokenHash, count: Int) -> [[UInt8]] {
    func bytes(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    let start = hash.seed ^ UInt64(16) &* 0x9E37_79B9_7F4A_7C15
    return (0..<UInt64(count)).map { first in
      let product = (start ^ first).multipliedFullWidth(by: hash.step)
      return bytes(first) + bytes(product.high ^ product.low)
    }
  }

  /// Words of up to seven bytes, which are their own keys, of which the places in a small table coincide.
  private func shortFlood(against hash: TokenHash, count: Int) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var value: UInt64 = 0
    while words.count < count {
      value += 1
      let word = (0..<7).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      let key = word.withUnsafeBufferPointer { hash.key(of: $0) }
      if hash.position(key) & 0x3FF == 0 { words.append(word) }
    }
    return words
  }

  @Test func aFloodMadeForOneHashDrownsNoOther() {
    for words in [flood(against: Self.fixed, count: 2000), shortFlood(against: Self.fixed, count: 500)] {
      let drowned = table(words, Self.fixed)
      let other = table(words, .ofProcess)
      #expect(drowned.count == words.count && drowned.probeCount > 50 * words.count)
      #expect(other.probeCount < 4 * words.count)
      // Numbers are the same whatever the hash.
      #expect(other == drowned)
    }
  }

  @Test func keysOfFieldsAndOfPaddedTokensAreThoseOfTokens() {
    var generator = SeededGenerator(seed: 5)
    let hash = TokenHash.ofProcess
    for length in 1...40 {
      let word = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let key = word.withUnsafeBufferPointer { hash.key(of: $0) }
      let padded = (word + [1, 2, 3, 4, 5, 6, 7]).withUnsafeBufferPointer {
        hash.key(ofPadded: UnsafeBufferPointer(rebasing: $0[..<length]))
      }
      #expect(key == padded)
    }
  }
}
