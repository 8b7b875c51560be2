import DiscernCorpus
import TestSupport
import Testing

@Suite struct HeaderGuessTests {
  private func header(_ first: String, _ rows: [String], _ options: CorpusOptions = CorpusOptions()) throws
    -> Bool?
  {
    try withTemporaryFolder { folder in
      let path = try write(([first] + rows).joined(separator: "\n") + "\n", to: "a.tsv", in: folder)
      return try readAll([path], options).report.inputs.first?.hasHeader
    }
  }

  private let rows = (0..<12).map { "\($0 % 2 == 0 ? "neg" : "pos")\tquite a long text of number \($0)" }

  @Test(arguments: [
    "gold_label\tsentence1", "v1\tv2", "标签\t内容", "метка\tотзыв", "verdict\tphrase", "情感\t句", "0\t1",
    "Overall View\tThe Words",
  ])
  func namesAreUnlikeTheValuesBelow(first: String) throws {
    #expect(try header(first, rows) == true)
  }

  @Test(arguments: [
    // The class is repeated below; a text of the usual length; a class of its own over rare classes.
    "pos\tmessage", "neg\ttext", "other\tone more text of the same make", "pos\tcontent",
  ])
  func rowsAreNoNames(first: String) throws {
    #expect(try header(first, rows) == false)
  }

  @Test func rareClassesAreNoEvidence() throws {
    let classes = (0..<12).map { "class\($0)\tquite a long text of number \($0)" }
    #expect(try header("class12\tshort", classes) == false)
  }

  @Test func wordsOverNumbersAreNames() throws {
    let numbers = (0..<8).map { "\($0 % 3)\tquite a long text of number \($0)\t\($0)" }
    #expect(try header("valoración\topinión breve\tclave", numbers) == true)
    let many = (0..<12).map { "\($0 % 3)\tquite a long text of number \($0)" }
    #expect(try header("note attribuée\tquel est votre avis ?", many) == true)
    #expect(try header("n/a\tshort text", many, .with { $0.labelColumn = .number(1) }) == false)
    #expect(try header("2\tone more long text\t9", numbers, .with { $0.labelColumn = .number(1) }) == false)
  }

  @Test func aRowThatOftenComesAgainIsNoHeader() throws {
    let two = (0..<10).flatMap { _ in ["y\tBad night two", "x\tGood day one"] }
    #expect(try header("x\tGood day one", two) == false)
    // Concatenated files.
    let joined = rows + ["verdict\tphrase"] + rows
    #expect(try header("verdict\tphrase", joined, .with { $0.onError = .skip }) == true)
  }

  @Test func emptyNamesAndRepeatedOnes() throws {
    // The spam collection has three columns without a name and hardly a value.
    let spam = rows.map { $0 + "\t\t\t" }
    #expect(try header("v1\tv2\t\t\t", spam) == true)
    #expect(try header("text\ttext", rows, .with { $0.labelColumn = .number(1) }) == false)
  }

  @Test func theFirstLabelIsKeptForAWarning() throws {
    try withTemporaryFolder { folder in
      let path = try write(
        "verdict\tone more text of the same make\n" + rows.joined(separator: "\n"), to: "a.tsv", in: folder)
      let input = try readAll([path]).report.inputs.first
      #expect(input?.hasHeader == false)
      #expect(input?.firstLabels == ["verdict"])
    }
  }
}
