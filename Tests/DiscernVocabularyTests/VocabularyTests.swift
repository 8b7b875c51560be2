import DiscernVocabulary
import Foundation
import TestSupport
import Testing

/// Random bytes of all lengths around the table's limits, many of them with common beginnings and ends.
func randomTokens(_ count: Int, seed: UInt64) -> [[UInt8]] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in
    let length = Int.random(in: 1...24, using: &generator)
    return (0..<length).map { _ in UInt8.random(in: 97...99, using: &generator) }
  }
}

extension Vocabulary {
  func id(_ bytes: [UInt8]) -> Int32 { bytes.withUnsafeBufferPointer { id(of: $0) } }
}

@Suite struct VocabularyTests {
  @Test func specialTokensComeFirstAndNoTextReachesThem() {
    let vocabulary = Vocabulary(words: ["the", "<pad>", "<unk>", "", "of", "the"])
    #expect(vocabulary.count == 4)
    #expect((0..<4).map(vocabulary.token(at:)) == ["<pad>", "<unk>", "the", "of"])
    #expect(vocabulary.id(of: "the") == 2 && vocabulary.id(of: "of") == 3)
    for token in ["<pad>", "<unk>", "", "The", "th", "thee"] {
      #expect(vocabulary.id(of: token) == Vocabulary.unknownID, "\(token)")
    }
  }

  @Test func canonicallyEqualTokensAreTwo() {
    let vocabulary = Vocabulary(words: ["\u{E9}", "e\u{301}"])
    #expect(vocabulary.count == 4)
    #expect(vocabulary.id(of: "\u{E9}") == 2 && vocabulary.id(of: "e\u{301}") == 3)
  }

  @Test func agreesWithADictionary() {
    let tokens = randomTokens(30_000, seed: 1)
    var expected: [[UInt8]: Int32] = [:]
    for token in tokens where expected[token] == nil { expected[token] = Int32(expected.count + 2) }
    let vocabulary = Vocabulary(words: tokens.map { String(decoding: $0, as: UTF8.self) })
    #expect(vocabulary.count == expected.count + 2)
    for (token, id) in expected {
      #expect(vocabulary.id(token) == id && Array(vocabulary.bytes(at: Int(id))) == token)
    }
    for token in randomTokens(30_000, seed: 2) { #expect(vocabulary.id(token) == expected[token] ?? 1) }
  }

  @Test func tokensWithZeroBytesAreNotCut() {
    let words = ["a", "a\0", "a\0\0", "\0a", "\0", "\0\0", "abcdefg\0", "abcdefg", "abcdefgh\0"]
    let vocabulary = Vocabulary(words: words)
    #expect(vocabulary.count == words.count + 2)
    for (index, word) in words.enumerated() { #expect(vocabulary.id(of: word) == Int32(index + 2)) }
  }

  @Test func anIDOutsideTheVocabularyIsTheProgrammersMistake() async {
    await #expect(processExitsWith: .failure) { _ = Vocabulary(words: ["a"]).token(at: 3) }
    await #expect(processExitsWith: .failure) { _ = VocabularyBuilder().build(maximumSize: 1) }
  }
}
