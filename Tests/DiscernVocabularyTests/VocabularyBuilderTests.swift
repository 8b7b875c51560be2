import DiscernVocabulary
import Foundation
import TestSupport
import Testing

@Suite struct VocabularyBuilderTests {
  private func words(_ vocabulary: Vocabulary) -> [String] {
    (0..<vocabulary.count).map { "\(vocabulary.token(at: $0)) \(vocabulary.tokenCount(at: $0))" }
  }

  private func builder(_ tokens: [String]) -> VocabularyBuilder {
    var builder = VocabularyBuilder()
    for token in tokens { builder.add(token) }
    return builder
  }

  @Test func ordersByCountThenBytes() {
    let builder = builder(["b", "é", "a", "b", "z", "Z", "é", "zz", ""])
    #expect(words(builder.build()) == ["<pad> 0", "<unk> 0", "b 2", "é 2", "Z 1", "a 1", "z 1", "zz 1"])
    #expect(builder.distinctCount == 6 && builder.totalCount == 8)
  }

  @Test func leavesOutWhatIsTooRareOrOverTheSize() {
    let builder = builder(["a", "b", "b", "c", "c", "c", "d"])
    #expect(words(builder.build(minimumCount: 2)) == ["<pad> 0", "<unk> 2", "c 3", "b 2"])
    #expect(words(builder.build(maximumSize: 3)) == ["<pad> 0", "<unk> 4", "c 3"])
    #expect(words(builder.build(maximumSize: 5)) == ["<pad> 0", "<unk> 1", "c 3", "b 2", "a 1"])
    #expect(words(builder.build(maximumSize: 2)) == ["<pad> 0", "<unk> 7"])
    #expect(words(VocabularyBuilder().build()) == ["<pad> 0", "<unk> 0"])
  }

  @Test func literalSpecialTokensAndBrokenBytesCountAsUnknown() {
    var builder = builder(["<unk>", "<pad>", "<unk>", "a", "<s>"])
    for bytes in [[0xFF], [0xC3], [0xED, 0xA0, 0x80]] as [[UInt8]] {
      bytes.withUnsafeBufferPointer { builder.add($0) }
    }
    #expect(words(builder.build()) == ["<pad> 0", "<unk> 6", "<s> 1", "a 1"])
  }

  @Test func theSameVocabularyForAnyDivisionAndOrderOfMerging() {
    let tokens = randomTokens(20_000, seed: 3) + randomTokens(20_000, seed: 3).prefix(5000)
    var whole = VocabularyBuilder()
    for token in tokens { token.withUnsafeBufferPointer { whole.add($0) } }
    let expected = whole.build(maximumSize: 3000)
    for count in [2, 3, 7] {
      var parts = [VocabularyBuilder](repeating: VocabularyBuilder(), count: count)
      for (index, token) in tokens.enumerated() {
        token.withUnsafeBufferPointer { parts[index % count].add($0) }
      }
      for order in [parts, parts.reversed()] {
        var merged = VocabularyBuilder()
        for part in order { merged.merge(part) }
        #expect(merged.totalCount == tokens.count)
        #expect(merged.build(maximumSize: 3000) == expected)
        #expect(merged.build(maximumSize: 3000).fileContents == expected.fileContents)
      }
    }
  }

  @Test func countsLikeADictionary() {
    let tokens = randomTokens(50_000, seed: 5)
    var builder = VocabularyBuilder()
    var expected: [[UInt8]: Int] = [:]
    for token in tokens {
      token.withUnsafeBufferPointer { builder.add($0) }
      expected[token, default: 0] += 1
    }
    let vocabulary = builder.build(maximumSize: 1_000_000)
    #expect(vocabulary.count == expected.count + 2)
    for (token, count) in expected {
      #expect(vocabulary.tokenCount(at: Int(vocabulary.id(token))) == count)
    }
    let order = expected.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key)
    }
    #expect((2..<vocabulary.count).map { Array(vocabulary.bytes(at: $0)) } == order.map(\.key))
  }

  @Test func coverageCountsTypesAndTokens() {
    let vocabulary = builder(["a", "b"]).build()
    let coverage = vocabulary.coverage(of: builder(["a", "a", "x", "y", "y", "<unk>", "c"]), listing: 3)
    #expect(coverage.typeCount == 5 && coverage.knownTypeCount == 1 && coverage.typeShare == 0.2)
    #expect(coverage.tokenCount == 7 && coverage.knownTokenCount == 2)
    #expect(coverage.mostFrequentUnknown.map(\.token) == ["y", "<unk>", "c"])
    #expect(coverage.mostFrequentUnknown.map(\.count) == [2, 1, 1])
    let nothing = vocabulary.coverage(of: VocabularyBuilder())
    #expect(nothing.tokenShare == 0 && nothing.typeShare == 0)
  }
}
