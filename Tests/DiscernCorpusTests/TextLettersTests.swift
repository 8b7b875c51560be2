import DiscernCorpus
import DiscernText
import DiscernVocabulary
import TestSupport
import Testing

@Suite struct TextLettersTests {
  private func encoder(maximumTokens: Int? = nil) throws -> TextEncoder {
    var encoder = TextEncoder(
      tokenizer: try Tokenizer(), vocabulary: Vocabulary(words: ["good", "film"]),
      maximumTokens: maximumTokens, truncation: .tail)
    encoder.letters = LetterBuckets(count: 1000)
    return encoder
  }

  private func bag(_ word: String) -> [Int32] {
    var result: [Int32] = []
    Array(word.utf8).withUnsafeBufferPointer { LetterBuckets(count: 1000).append($0, to: &result) }
    return result
  }

  /// By text, its unknown words' buckets.
  private func bags(_ texts: EncodedTexts) throws -> [[[Int32]]] {
    let letters = try #require(texts.letters)
    #expect(letters.textCount == texts.count)
    return (0..<texts.count).map { text in letters.words(of: text).map { Array(letters[$0]) } }
  }

  @Test func everyUnknownWordThatIsKeptHasItsLetters() throws {
    try withTemporaryFolder { folder in
      let path = try write(
        "pos\tStrange good film\nneg\t<br />\nneg\tcut bad Good worse\npos\tgood\n", to: "a.tsv", in: folder)
      let corpus = try Corpus(paths: [path])
      let texts = try CorpusEncoder(try encoder(maximumTokens: 3), threads: 2).encode(corpus).texts
      #expect(
        try bags(texts) == [[bag("strange")], [[]], [bag("bad"), bag("worse")], []])
      #expect(try bags(texts.selecting([2, 3, 0])) == [[bag("bad"), bag("worse")], [], [bag("strange")]])
      var twice = texts.selecting([1, 0])
      twice.append(contentsOf: texts)
      #expect(try bags(twice) == [[[]], [bag("strange")]] + bags(texts))
      let known = try #require(texts.letters?.ofKnown)
      #expect(known.count == 4 && Array(known[2]) == bag("good") && Array(known[3]) == bag("film"))

      // Texts whose label a model does not know are left out, with their letters.
      let options = CorpusOptions.with { $0.onError = .skip }
      let some = try CorpusEncoder(try encoder(), threads: 1).encode(
        try Corpus(paths: [path], options: options), labelSets: [try LabelSet(["pos", "other"])])
      #expect(try bags(some.texts) == [[bag("strange")], []])
    }
  }

  @Test func threadsDoNotMatterAndOthersHaveNone() throws {
    try withTemporaryFolder { folder in
      let rows = (0..<20_000).map { "a\tsome good words\($0 % 777) in row \($0)\n" }.joined()
      let corpus = try Corpus(paths: [try write(rows, to: "a.tsv", in: folder)])
      let one = try CorpusEncoder(try encoder(), threads: 1).encode(corpus)
      let three = try CorpusEncoder(try encoder(), threads: 3).encode(corpus)
      let same = one.texts == three.texts
      #expect(same)
      #expect(try bags(one.texts)[778][1] == bag("words1"))
      var plain = try encoder()
      plain.letters = nil
      #expect(try CorpusEncoder(plain, threads: 1).encode(corpus).texts.letters == nil)
      // Texts to which a model's n-grams are added keep their letters.
      #expect(try encoder().with(nil).letters != nil)
    }
  }
}
