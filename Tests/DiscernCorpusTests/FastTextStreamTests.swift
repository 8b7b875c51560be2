import DiscernCorpus
import DiscernVocabulary
import TestSupport
import Testing

@Suite struct FastTextStreamTests {
  private func read(_ content: String, _ options: CorpusOptions = CorpusOptions()) throws -> (
    rows: [Row], report: ReadingReport
  ) {
    try withTemporaryFolder { folder in
      try readAll([try write(content, to: "a.txt", in: folder)], options, below: folder)
    }
  }

  @Test func spacesMayStandBeforeLabels() throws {
    let content = "  __label__a one\n\t__label__b\ttwo\n__label__c  \t__label__d three\n"
    #expect(
      try read(content).rows == [
        Row("a", "one", "a.txt:1"), Row("b", "two", "a.txt:2"), Row("c,d", "three", "a.txt:3"),
      ])
    // An odd first line does not turn the others into plain lines.
    let odd = "no label\n__label__a one\n__label__b two\n"
    #expect(corpusError { _ = try read(odd) }?.description.contains(":1: the line does not begin") == true)
    #expect(try read(odd, .with { $0.onError = .skip }).rows.count == 2)
  }

  @Test func labelsThatAreJoinedUnaskedAreSaid() throws {
    let content = "__label__a one\n__label__b __label__c two\n__label__b __label__a three\n"
    let joined = try read(content)
    #expect(
      joined.report.inputs.first?.warnings == [
        "2 lines have several labels, which were joined into one, such as “b,c”; --multi-label , reads them "
          + "as several"
      ])
    let asked = CorpusOptions.with {
      $0.labelColumns = [LabelColumn(task: "", separator: LabelSeparator(","))]
    }
    #expect(try read(content, asked).report.inputs.first?.warnings == [])
    #expect(try read(content, .with { $0.needsLabels = false }).report.inputs.first?.warnings == [])
  }

  @Test func aLabelBehindTheTextIsNeverText() throws {
    let content = "__label__a one\n__label__b two __label__c\n__label__a my__label__x is a word\n"
    #expect(
      corpusError { _ = try read(content) }?.description.contains(
        "a.txt:2: “__label__c” is after the text; move it to the front") == true)
    let (rows, report) = try read(content, .with { $0.onError = .skip })
    #expect(rows.map(\.text) == ["one", "my__label__x is a word"])
    #expect(report.skippedByKind == ["__label__ after the text": 1])
    // Also if all labels are at the end.
    let end = "one __label__a\ntwo __label__b\n"
    #expect(corpusError { _ = try read(end) }?.description.contains("is after the text") == true)
  }
}
