import DiscernCorpus
import DiscernIO
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

@Suite struct LineFormatTests {
  private func read(_ content: String, _ name: String, _ options: CorpusOptions = CorpusOptions()) throws -> (
    rows: [Row], report: ReadingReport
  ) {
    try withTemporaryFolder { folder in
      try readAll([try write(content, to: name, in: folder)], options, below: folder)
    }
  }

  private func failure(_ content: String, _ name: String, _ options: CorpusOptions = CorpusOptions())
    -> String
  {
    corpusError { _ = try read(content, name, options) }?.description ?? ""
  }

  @Test func jsonLines() throws {
    let content = """
      {"id": 1, "Text": "é\\n\\ud83d\\ude00", "label": "a b", "more": [{"x": null}]}\r

      {"label": 3.50, "Text": ""}
      """
    let (rows, report) = try read(content, "a.jsonl")
    #expect(rows == [Row("a b", "é\n😀", "a.jsonl:1"), Row("3.50", "", "a.jsonl:3")])
    #expect(report.blankLines == 1)
    #expect(report.inputs.first?.labelColumn == "label")
    let chosen = CorpusOptions.with {
      $0.textColumn = .name("q")
      $0.labelColumn = .number(7)
    }
    #expect(try read(#"{"q":"x","7":"y","text":"z"}"#, "a", chosen).rows == [Row("y", "x", "a:1")])
  }

  @Test func badJSONLinesAreNamed() throws {
    let good = #"{"text":"x","label":"a"}"# + "\n"
    func reason(_ line: String) -> String {
      String(failure(good + line, "a.jsonl").components(separatedBy: "a.jsonl:2: ").last ?? "")
    }
    #expect(reason(#"{"text":"x","label":"a",}"#).hasPrefix("invalid JSON at column 24: a comma"))
    #expect(reason(#"{"text":"x","label":"a","label":"b"}"#).hasPrefix("invalid JSON at column 25: the key"))
    #expect(reason(#"{"text":"x"}"#) == "the object has no key “label”; there is “text”")
    #expect(reason(#"{"tex":"x","label":"a"}"#).hasSuffix("did you mean “tex”?"))
    #expect(reason(#"{"text":["x"],"label":"a"}"#) == "the value of “text” is an array, expected a string")
    #expect(
      reason(#"{"text":"x","label":null}"#)
        == "the value of “label” is null, expected a string, a number, true or false")
    #expect(reason(#"{"text":"x","label":""}"#) == "the label is empty")
    #expect(reason(#"{"text":"x\u0000","label":"a"}"#).contains("NUL"))
    #expect(reason("[1]").hasPrefix("is JSON but not an object"))
    #expect(reason(good + "x") != "")
    let skipped = try read(good + "[1]\n" + good + "nope\n", "a.jsonl", .with { $0.onError = .skip })
    #expect(skipped.rows.count == 2)
    #expect(skipped.report.skippedByKind == ["not a JSON object": 1, "invalid JSON": 1])
    #expect(failure(#"{"tweet":"x","y":"z"}"#, "a.jsonl").contains("which column holds the label"))
    #expect(failure(#"{"a":"x","b":"z"}"#, "a.jsonl").contains("which column holds the text"))
  }

  @Test func fastText() throws {
    let content = "__label__a b c\n__label__x,1\t__label__😀  two words\n\n__label__y\n"
    let (rows, report) = try read(content, "train.txt")
    #expect(
      rows.map { Row($0.label, $0.text) } == [Row("a", "b c"), Row("x,1,😀", "two words"), Row("y", "")])
    #expect(report.inputs.first?.format == .fasttext)
    #expect(
      failure("__label__a b\nno label\n", "a").hasSuffix("a:2: the line does not begin with “__label__”"))
    #expect(failure("__label__ b\n", "a").hasSuffix("a:1: the label is empty"))
  }

  @Test func plainLines() throws {
    let options = CorpusOptions.with { $0.needsLabels = false }
    let (rows, report) = try read("one, two\n\nthree", "a.txt", options)
    #expect(rows.map(\.text) == ["one, two", "", "three"])
    #expect(report.inputs.first?.format == .lines)
    #expect(failure("one\ntwo\n", "a.txt").contains("has no labels"))
    // A sentence with commas is not a table, and a line that contains a brace is not JSON.
    #expect(try read("text, and more\n", "a", options).report.inputs.first?.format == .lines)
  }

  @Test func formatsAreRecognised() throws {
    func format(_ content: String, _ name: String) throws -> InputFormat? {
      try read(content, name, .with { $0.needsLabels = false }).report.inputs.first?.format
    }
    #expect(try format("a\tb c\nd\te f\n", "x.txt") == .tsv)
    #expect(try format("text,label\nx,y\n", "x") == .csv)
    #expect(try format("label\ttext\na\tb c\n", "x.csv") == .tsv)
    #expect(try format("label,text\na,b c\n", "x.CSV") == .csv)
    #expect(try format(" {\"text\":\"x\"}\n", "x.txt") == .jsonl)
    #expect(try format("a\tb\nno tab\n", "x.txt") == .lines)
    #expect(failure("x\n", "x.tsv", .with { $0.format = .jsonl }).contains("invalid JSON"))
    #expect(failure("x\ty\n", "x.tsv", .with { $0.format = .folder }).contains("neither a folder"))
  }

  @Test func brokenUTF8IsABadRow() throws {
    try withTemporaryFolder { folder in
      let text = try write(
        Array("a\tx ".utf8) + [0xFF, 0x0A] + Array("b\ty z\n".utf8), to: "t.tsv", in: folder)
      guard
        case .badRow(RecordLocation(path: text, line: 1), .textNotUTF8) = corpusError({
          _ = try readAll([text])
        })
      else {
        Issue.record("read")
        return
      }
      let report = try readAll([text], .with { $0.onError = .skip }).report
      #expect(report.rows == 1 && report.skippedByKind == ["text not UTF-8": 1])
      let label = try write(
        Array("a\tx y z\n".utf8) + [0xFF] + Array("\ty z w\n".utf8), to: "l.tsv", in: folder)
      guard
        case .badRow(RecordLocation(path: label, line: 2), .labelNotUTF8) = corpusError({
          _ = try readAll([label])
        })
      else {
        Issue.record("read")
        return
      }
    }
  }

  @Test func hostileFiles() throws {
    #expect(failure("", "a.tsv").contains("no texts in it"))
    #expect(failure("label\ttext\n", "a.tsv").contains("no texts in it"))
    #expect(failure("\u{FEFF}", "a.csv").contains("no texts in it"))
    #expect(failure("\n\n", "a.csv").contains("no texts in it"))
    #expect(failure("a\tb\u{0} c\n", "a.tsv").contains("a.tsv:1: the row contains a NUL byte"))
    #expect(failure("a\tb c\n\tb c\n", "a.tsv").hasSuffix("a.tsv:2: the label is empty"))
    #expect(failure("a\tb c\n \tb c\n", "a.tsv").hasSuffix("a.tsv:2: the label is empty"))
    #expect(
      failure("a\tb c\u{0}\n", "a.tsv", .with { $0.onError = .skip }).contains("all 1 rows were skipped"))
    try withTemporaryFolder { folder in
      #expect(
        corpusError { _ = try readAll([folder + "/none.tsv"]) }
          == .input(.notFound(path: folder + "/none.tsv")))
    }
  }

  @Test(.enabled(if: SharedData.isPresent))
  func truncatedArchivesAreErrors() throws {
    try withTemporaryFolder { folder in
      for (name, end) in [("imdb/aclImdb-mini.tar.gz", 500_000), ("imdb/unsup.txt.gz", 100_000)] {
        let whole = try Data(contentsOf: URL(fileURLWithPath: SharedData.path("data/" + name)))
        let path = try write(whole.prefix(end), to: "cut.gz", in: folder)
        let error = corpusError {
          _ = try readAll(
            [path],
            .with {
              $0.needsLabels = false
              $0.onError = .skip
            })
        }
        guard case .input(.corrupt(path, _)) = error else {
          Issue.record("\(name): \(String(describing: error))")
          continue
        }
      }
    }
  }

  @Test(.enabled(if: SharedData.isPresent))
  func readsTheSharedCorpora() throws {
    func labels(_ name: String, _ label: String? = nil) throws -> [String: Int] {
      let options = CorpusOptions.with { $0.labelColumn = label.map(ColumnSelector.init) }
      let rows = try readAll([SharedData.path("data/" + name)], options).rows
      #expect(rows.allSatisfy { $0.text.count > 0 })
      return Dictionary(rows.map { ($0.label ?? "", 1) }, uniquingKeysWith: +)
    }
    // Counts by `cut -f1 FILE | sort | uniq -c` (trec: -f1 and -f2 without the header).
    #expect(try labels("imdb/train.tsv") == ["neg": 12500, "pos": 12500])
    #expect(try labels("sst2/dev.tsv") == ["neg": 428, "pos": 444])
    #expect(
      try labels("trec/train.tsv", "coarse")
        == ["ABBR": 86, "DESC": 1162, "ENTY": 1250, "HUM": 1223, "LOC": 835, "NUM": 896])
    #expect(try labels("trec/train.tsv", "fine").count == 50)
    #expect(try labels("clinc150/val.tsv", "domain").count == 11)
    #expect(try labels("clinc150/val.tsv").count == 151)
    #expect(try labels("goemotions/dev.tsv").values.reduce(0, +) == 5426)
    #expect(Set(try labels("waimai/train.tsv").keys) == ["neg", "pos"])
    let lines = CorpusOptions.with { $0.needsLabels = false }
    #expect(try readAll([SharedData.path("data/imdb/unsup.txt.gz")], lines).report.rows == 50_000)
  }
}
