import DiscernCorpus
import DiscernText
import TestSupport
import Testing

@Test func quantilesAreLengthsThatTextsHave() {
  var lengths = TextLengths()
  #expect(lengths.quantile(0.5) == 0 && lengths.mean == 0)
  for length in [3, 1, 2, 10_000] { lengths.add(length) }
  #expect(lengths.textCount == 4 && lengths.tokenCount == 10_006)
  #expect(lengths.quantile(0) == 1 && lengths.quantile(0.25) == 1 && lengths.quantile(0.3) == 2)
  #expect(lengths.quantile(0.75) == 3 && lengths.quantile(1) == TextLengths.limit)
  var sum = TextLengths()
  sum.merge(lengths)
  sum.merge(TextLengths())
  #expect(sum == lengths)
  sum.merge(lengths)
  #expect(sum.textCount == 8 && sum.mean == lengths.mean && sum.quantile(0.3) == 2)
}

@Test func lengthsAreCountedOnAnyNumberOfThreads() throws {
  let corpus = Corpus(
    records: (0..<3000).map { CorpusRecord(String(repeating: "word ", count: $0 % 7), label: "a") })
  let tokenizer = try Tokenizer(TokenizerConfiguration())
  let one = try corpus.countTokens(with: tokenizer, threads: 1).lengths
  #expect(try corpus.countTokens(with: tokenizer, threads: 3).lengths == one)
  #expect(one.textCount == 3000 && one.quantile(1) == 6)
}
