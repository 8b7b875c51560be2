import DiscernCorpus
import DiscernText
import Testing

@Test func textsOfTrainingAreFoundInWhatIsMeasured() throws {
  let long = (0..<30).map { "word\($0)" }.joined(separator: " ")
  let training = Corpus(records: [
    CorpusRecord("something else", label: "x"), CorpusRecord("the  same\ttext", label: "y"),
    CorpusRecord(long, label: "x"), CorpusRecord("", label: "x"), CorpusRecord("the same text", label: "x"),
  ])
  let measured = Corpus(records: [
    CorpusRecord(long + " more", label: "y"), CorpusRecord("never seen", label: "x"),
    CorpusRecord("the same text", label: "y"), CorpusRecord("", label: "y"), CorpusRecord(long, label: "y"),
    CorpusRecord("the same text", label: "x"),
  ])
  let overlap = try TextOverlap(
    training: training, measured: measured, tokenizer: Tokenizer(TokenizerConfiguration()), threads: 2)
  #expect(overlap.trainingTexts == 5)
  #expect(overlap.same.map(\.measured.line) == [3, 5, 6])
  #expect(overlap.same.map(\.training.line) == [2, 3, 2])
  #expect(overlap.near.map(\.measured.line) == [1] && overlap.near.map(\.training.line) == [3])
}
