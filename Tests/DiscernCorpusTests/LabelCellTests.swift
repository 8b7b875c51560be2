import DiscernCorpus
import DiscernVocabulary
import TestSupport
import Testing

@Suite struct LabelCellTests {
  private func read(_ content: String, _ options: CorpusOptions = CorpusOptions()) throws -> (
    rows: [Row], report: ReadingReport
  ) {
    try withTemporaryFolder { folder in
      try readAll([try write(content, to: "a.csv", in: folder)], options, below: folder)
    }
  }

  private let lists = CorpusOptions.with { $0.labelColumns = [LabelColumn(separator: LabelSeparator(","))] }

  @Test func whiteSpaceAroundLabelsIsLeftOutAndCounted() throws {
    let labels = [" neg", "pos ", "\u{A0}neg\u{A0}", "\u{3000}pos", "\u{200B}neg\u{FEFF}", "neg", "a b"]
    let (rows, report) = try read("text, label\n" + labels.map { "x y,\($0)\n" }.joined())
    #expect(rows.map(\.label) == ["neg", "pos", "neg", "pos", "neg", "neg", "a b"])
    #expect(report.trimmedLabels == 5)
    // Letters whose last byte looks like a space are not cut.
    #expect(try read("text,label\nx,à\ny,〠\n").rows.map(\.label) == ["à", "〠"])
  }

  @Test func listsAsPythonWritesThemAreRead() throws {
    let content = """
      text,labels
      1,"['a', 'b c']"
      2,"[""d""]"
      3,[]
      4,"('a',)"
      5,"[ 7 , x ]"
      6,"a,b"

      """
    let (rows, report) = try read(content, lists)
    #expect(rows.map(\.label) == ["a,b c", "d", "", "a", "7,x", "a,b"])
    #expect(report.listCells == 5)
  }

  @Test func brokenListsAreNamed() {
    for cell in ["\"['a' 'b']\"", "\"['a]\"", "\"[a[0]]\"", "\"['a,b']\""] {
      let error = corpusError { _ = try read("text,labels\nx,\(cell)\n", lists) }
      #expect(error?.description.contains("a.csv:2: ") == true, "\(cell)")
    }
  }
}
