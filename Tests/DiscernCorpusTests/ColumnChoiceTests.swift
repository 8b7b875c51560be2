import DiscernCorpus
import TestSupport
import Testing

@Suite struct ColumnChoiceTests {
  /// Reads `content` as a TSV and returns the rows and what was chosen.
  private func read(_ content: String, _ options: CorpusOptions = CorpusOptions()) throws -> (
    rows: [Row], input: ReadingReport.Input?
  ) {
    try withTemporaryFolder { folder in
      let result = try readAll([try write(content, to: "a.tsv", in: folder)], options)
      return (result.rows.map { Row($0.label, $0.text) }, result.report.inputs.first)
    }
  }

  private func failure(_ content: String, _ options: CorpusOptions = CorpusOptions()) -> CorpusError? {
    corpusError { _ = try read(content, options) }
  }

  @Test func headerlessColumnsAreToldApartByTheirValues() throws {
    let first = try read("neg\tlong and dull\nneg\tshort\npos\tlovely\npos\tfine\n")
    #expect(first.rows.map(\.label) == ["neg", "neg", "pos", "pos"])
    #expect(first.input?.hasHeader == false)
    #expect(first.input?.labelColumn == "1")
    // Short texts, long labels: from twenty rows on, what repeats is the label.
    let rows = (0..<20).map { "say \($0)\ta_rather_long_label_\($0 % 4)\n" }.joined()
    let second = try read(rows)
    #expect(second.input?.labelColumn == "2")
    #expect(try read("pos\tone row only\n").input?.labelColumn == "1")
    #expect(try read("one row only\tpos\n").input?.labelColumn == "2")
    guard case .undecidedColumn = failure("ab\tcd\n") else {
      Issue.record("decided what cannot be")
      return
    }
  }

  @Test func headersAreRecognised() throws {
    let usual = try read("Label\tid\tText\na\t1\tx\n")
    #expect(usual.rows == [Row("a", "x")])
    #expect(usual.input?.hasHeader == true)
    #expect(usual.input?.textColumn == "Text")
    // One column left beside the text, whatever it is called.
    #expect(try read("id\tverdict\ttext\n1\ta\tx\n").rows == [Row("a", "x")])
    // “question” is a usual name for a text, but here it comes again: these are rows.
    let labels = try read("question\thow\nquestion\twhy\nanswer\tso\n")
    #expect(labels.rows.count == 3)
    #expect(labels.input?.hasHeader == false)
    // Forced either way.
    #expect(try read("label\ttext\na\tx yz\n", .with { $0.header = false }).rows.count == 2)
    #expect(try read("b\ty z\na\tx yz\nb\ty zz\n", .with { $0.header = true }).rows.count == 2)
  }

  @Test func columnsAreChosenByNameAndNumber() throws {
    let content = "coarse\tfine\ttext\nA\tA:a\tx\nB\tB:b\ty\n"
    #expect(try read(content, .with { $0.labelColumn = .name("fine") }).rows.map(\.label) == ["A:a", "B:b"])
    #expect(
      try read(content, .with { $0.labelColumn = ColumnSelector("1") }).rows.map(\.label) == ["A", "B"])
    let both = CorpusOptions.with {
      $0.labelColumn = .number(3)
      $0.textColumn = .name("coarse")
    }
    #expect(try read(content, both).rows == [Row("x", "A"), Row("y", "B")])
    #expect(
      failure(content)?.description.hasSuffix(
        "cannot tell which column holds the label; there are “coarse”, “fine”, “text”; "
          + "choose with --label-column") == true)
  }

  @Test func columnsThatAreNotThereAreNamed() {
    let content = "coarse\tfine\ttext\nA\tA:a\tx\n"
    #expect(
      failure(content, .with { $0.labelColumn = .name("corse") })?.description.hasSuffix(
        "no column is named “corse”; there are “coarse”, “fine”, “text”; did you mean “coarse”?") == true)
    #expect(
      failure(content, .with { $0.labelColumn = .number(4) })?.description.hasSuffix(
        "there is no column 4; there are 3: “coarse”, “fine”, “text”") == true)
    for number in [0, .max] {
      guard case .columnOutOfRange = failure(content, .with { $0.labelColumn = .number(number) }) else {
        Issue.record("accepted column \(number)")
        return
      }
    }
    guard
      case .sameColumn = failure(
        content,
        .with {
          $0.labelColumn = .name("text")
          $0.textColumn = .number(3)
        })
    else {
      Issue.record("one column for both")
      return
    }
    guard case .repeatedColumn = failure("text\ta\ta\nx\ty\tz\n", .with { $0.labelColumn = .name("a") })
    else {
      Issue.record("took one of two")
      return
    }
  }

  @Test func selectorsReadArguments() {
    #expect(ColumnSelector("3") == .number(3))
    #expect(ColumnSelector("label") == .name("label"))
    #expect(ColumnSelector("-1") == .name("-1"))
    #expect(ColumnSelector("99999999999999999999") == .name("99999999999999999999"))
  }

  @Test func oneColumnHasNoLabels() throws {
    guard case .unlabelled = failure("text\nx\n") else {
      Issue.record("found labels where there are none")
      return
    }
    #expect(try read("text\nx\n", .with { $0.needsLabels = false }).rows == [Row(nil, "x")])
  }
}
