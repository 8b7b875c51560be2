import DiscernCorpus
import DiscernText
import DiscernVocabulary
import TestSupport
import Testing

@Suite struct TextSentencesTests {
  private func encoder(
    maximumTokens: Int? = nil, truncation: Truncation = .head
  ) throws -> TextEncoder {
    var encoder = TextEncoder(
      tokenizer: try Tokenizer(), vocabulary: Vocabulary(words: ["good"]), maximumTokens: maximumTokens,
      truncation: truncation)
    encoder.dividesSentences = true
    return encoder
  }

  private func starts(_ texts: EncodedTexts) throws -> [[Int32]] {
    let sentences = try #require(texts.sentences)
    #expect(sentences.textCount == texts.count)
    return (0..<texts.count).map { Array(sentences[$0]) }
  }

  @Test func everyTextHasSentencesOfItsOwn() throws {
    try withTemporaryFolder { folder in
      let path = try write(
        "pos\tGood one. Bad one. Good.\nneg\t<br />\nneg\tgood\nother\tA. B. C.\n", to: "a.tsv", in: folder)
      let corpus = try Corpus(paths: [path])
      let texts = try CorpusEncoder(try encoder(), threads: 2).encode(corpus).texts
      #expect(try starts(texts) == [[0, 3, 6], [0], [0], [0, 2, 4]])
      #expect(try starts(texts.selecting([2, 0])) == [[0], [0, 3, 6]])
      var twice = texts.selecting([3, 1])
      twice.append(contentsOf: texts)
      #expect(try starts(twice) == [[0, 2, 4], [0]] + starts(texts))
      // Texts whose label a model does not know are left out, with their sentences.
      let options = CorpusOptions.with { $0.onError = .skip }
      let some = try CorpusEncoder(try encoder(), threads: 1).encode(
        try Corpus(paths: [path], options: options), labelSets: [try LabelSet(["neg", "other"])])
      #expect(try starts(some.texts) == [[0], [0], [0, 2, 4]])
      var plain = try encoder()
      plain.dividesSentences = false
      #expect(try CorpusEncoder(plain, threads: 1).encode(corpus).texts.sentences == nil)
      // Texts to which a model's n-grams are added keep their sentences.
      #expect(try encoder().with(nil).dividesSentences)
    }
  }

  /// Of 12 tokens in sentences that begin at 0, 3, 6 and 9.
  @Test(
    arguments: [
      (Truncation.head, 7, [0, 3, 6]), (.head, 6, [0, 3]), (.head, 1, [0]), (.tail, 7, [0, 1, 4]),
      (.tail, 6, [0, 3]), (.tail, 1, [0]), (.headTail, 8, [0, 3, 4, 5]), (.headTail, 6, [0, 3]),
      (.headTail, 2, [0, 1]), (.headTail, 12, [0, 3, 6, 9]),
    ] as [(Truncation, Int, [Int32])])
  func aCutTextKeepsTheSentencesOfWhatIsLeft(_ truncation: Truncation, limit: Int, expected: [Int32]) throws {
    let session = try encoder(maximumTokens: limit, truncation: truncation).makeSession()
    var ids: [Int32] = []
    var sentences: TextSentences? = TextSentences()
    let text = Array("One good. Two good. Three good. Four good.".utf8)
    try text.withUnsafeBufferPointer { (utf8) throws(TextError) in
      _ = try session.encode(utf8, appendingTo: &ids)
    }
    session.appendSentences(to: &sentences)
    #expect(ids.count == limit)
    #expect(sentences.map { Array($0[0]) } == expected)
  }
}
