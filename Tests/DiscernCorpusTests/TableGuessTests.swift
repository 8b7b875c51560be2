import DiscernCorpus
import TestSupport
import Testing

@Suite struct TableGuessTests {
  private func read(
    _ content: String, _ name: String = "a.csv", _ options: CorpusOptions = CorpusOptions()
  ) throws -> (rows: [Row], input: ReadingReport.Input?) {
    try withTemporaryFolder { folder in
      let result = try readAll([try write(content, to: name, in: folder)], options, below: folder)
      return (result.rows, result.report.inputs.first)
    }
  }

  /// Ten rows of a text with `inside` in every other one, and a label.
  private func table(_ separator: String, inside: String = "") -> String {
    (0..<10).map {
      "word\($0 % 2 == 0 ? inside : "") number \($0)\(separator)\($0 % 2 == 0 ? "neg" : "pos")\n"
    }
    .joined()
  }

  @Test(arguments: [";", "|", "\t", ","])
  func separatorsAreRecognised(separator: String) throws {
    for name in ["a.csv", "a.tsv"] {
      let (rows, input) = try read("text\(separator)label\n" + table(separator), name)
      #expect(rows.count == 10)
      #expect(rows.first == Row("neg", "word number 0", "\(name):2"))
      #expect(input?.columns?.separator == FieldSeparator(separator))
      #expect(input?.columns?.text == .name("text"))
    }
    // Without names in a file of any name: all rows have the same fields and one column repeats.
    #expect(try read(table(separator), "a.txt").rows.map(\.label) == read(table(separator)).rows.map(\.label))
  }

  @Test func aSeparatorInsideTextsDoesNotDivide() throws {
    let semicolons = try read("text;label\n" + table(";", inside: ", then"))
    #expect(semicolons.rows.first == Row("neg", "word, then number 0", "a.csv:2"))
    #expect(semicolons.input?.notes == ["fields separated by “;”"])
    let quoted = try read("text;label\n\"one; \"\"two\"\"\nlines\";neg\nx y;pos\n")
    #expect(quoted.rows.first?.text == "one; \"two\"\nlines")
    #expect(quoted.rows.last == Row("pos", "x y", "a.csv:4"))
  }

  @Test func aSeparatorIsForced() throws {
    let options = CorpusOptions.with {
      $0.separator = FieldSeparator("/")
      $0.labelColumn = .number(1)
    }
    #expect(
      try read("a/one, two\nb/three; four\n", "a.txt", options).rows.map(\.text) == [
        "one, two", "three; four",
      ])
    let bar = CorpusOptions.with {
      $0.separator = FieldSeparator("|")
      $0.labelColumn = .name("label,x")
    }
    #expect(try read("text|label,x\n1,2 y|b\n", "a.csv", bar).rows == [Row("b", "1,2 y", "a.csv:2")])
    #expect(FieldSeparator("\\t") == FieldSeparator("\t"))
    for wrong in ["", "a", "1", "\"", "é", ",,"] { #expect(FieldSeparator(wrong) == nil, "\(wrong)") }
  }

  @Test func aLineThatNamesTheSeparatorIsObeyed() throws {
    for (line, separator) in [("sep=,", ","), ("sep=;", ";"), ("\"sep=|\"", "|"), ("SEP=;", ";")] {
      let (rows, input) = try read("\(line)\r\ntext\(separator)label\r\n" + table(separator))
      #expect(rows.count == 10, "\(line)")
      #expect(rows.first?.location == "a.csv:3")
      #expect(input?.notes.first?.contains("sep=") == true)
    }
  }

  @Test func commentsBeforeATableAreNoRows() throws {
    let (rows, input) = try read("# made by hand, on a Monday\n#\n\ntext,label\n" + table(","))
    #expect(rows.count == 10)
    #expect(rows.first?.location == "a.csv:5")
    #expect(input?.notes == ["2 lines are skipped as comments before the table"])
    // In front of rows without names too, if it has other fields.
    #expect(try read("# made by hand\n" + table("\t"), "a.tsv").rows.count == 10)
    // A text or a name with this beginning is a row.
    let hashes = try read("#love this one,pos\n#hate it,neg\n" + table(","))
    #expect(hashes.rows.count == 12)
    #expect(hashes.rows.first?.text == "#love this one")
    let later = try read("text,label\n" + table(",") + "#last,pos\n")
    #expect(later.rows.last == Row("pos", "#last", "a.csv:12"))
    #expect(
      try read(
        "#label\ttext\n" + "a\tx y\nb\ty z\n", "a.tsv",
        .with {
          $0.labelColumn = .name("#label")
        }
      ).rows.count == 2)
  }

  @Test func quotesRoundAllFieldsOfATSVAreTakenOff() throws {
    let body = (0..<6).map { "\"say \"\"\($0)\"\"\tand\nmore\"\t\"\($0 % 2)\"\n" }.joined()
    let (rows, input) = try read("\"text\"\t\"label\"\n" + body, "a.tsv")
    #expect(rows.count == 6)
    #expect(rows.first == Row("0", "say \"0\"\tand\nmore", "a.tsv:2"))
    #expect(input?.notes == ["quotes around fields are removed"])
    // Strings alone, as R writes them.
    let strings = (0..<6).map { "\"say it \($0)\"\t\($0 % 2)\n" }.joined()
    #expect(try read("text\tlabel\n" + strings, "a.tsv").rows.first == Row("0", "say it 0", "a.tsv:2"))
    // Only where it is needed, as pandas writes them.
    let needed = "text\tlabel\nplain words\ta\n\"say \"\"it\"\" so\"\tb\n\"two\tor\nmore\"\ta\n"
    #expect(try read(needed, "a.tsv").rows.map(\.text) == ["plain words", "say \"it\" so", "two\tor\nmore"])
    #expect(
      try read("a\t\"all of it\"\nb\tplain words\n", "a.tsv").rows.map(\.text) == [
        "\"all of it\"", "plain words",
      ])
    // One that does not begin with a quote: they are letters.
    let literal = try read("neg\t\"it \"is\" so\npos\tno \"quote\nneg\t\"x y\"\n", "a.tsv")
    #expect(literal.rows.map(\.text) == ["\"it \"is\" so", "no \"quote", "\"x y\""])
  }

  @Test func aByteOrderMarkStandsBeforeQuotesAndComments() throws {
    #expect(try read("\u{FEFF}\"text\",\"label\"\n\"x y\",\"a\"\n").rows == [Row("a", "x y", "a.csv:2")])
    #expect(try read("\u{FEFF}sep=;\ntext;label\nx y;a\n").rows == [Row("a", "x y", "a.csv:3")])
    #expect(try read("\u{FEFF}# note\ntext,label\nx y,a\n").rows == [Row("a", "x y", "a.csv:3")])
  }

  @Test func joinedFilesRepeatTheirHeader() throws {
    let content = "text,label\n" + table(",") + "text,label\n" + table(",")
    #expect(
      corpusError { _ = try read(content) }?.description.contains(":12: the row repeats the header") == true)
    #expect(try read(content, "a.csv", .with { $0.onError = .skip }).rows.count == 20)
  }
}
