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

  @Test func aTextBesideSeveralLabelsIsKnownAndTheLabelAskedFor() throws {
    let rows = (0..<20).map { "d\($0 % 2)\tp\($0 % 3)\tthis is text number \($0)\n" }.joined()
    #expect(failure(rows)?.description.contains("which column holds the label") == true)
    #expect(try read(rows, .with { $0.labelColumn = .number(2) }).input?.textColumn == "3")
  }

  @Test func headersAreRecognised() throws {
    let usual = try read("Label\tid\tText\na\t1\tx\n")
    #expect(usual.rows == [Row("a", "x")])
    #expect(usual.input?.hasHeader == true)
    #expect(usual.input?.textColumn == "Text")
    // One column is left beside the text, whatever its name.
    #expect(try read("id\tverdict\ttext\n1\ta\tx\n").rows == [Row("a", "x")])
    // “question” is a usual name for a text, but here it is repeated: these are rows.
    let labels = try read("question\thow\nquestion\twhy\nanswer\tso\n")
    #expect(labels.rows.count == 3)
    #expect(labels.input?.hasHeader == false)
    // Forced either way.
    #expect(try read("label\ttext\na\tx yz\n", .with { $0.header = false }).rows.count == 2)
    #expect(try read("b\ty z\na\tx yz\nb\ty zz\n", .with { $0.header = true }).rows.count == 2)
  }

  @Test func whiteSpaceAroundNamesIsNoPartOfThem() throws {
    let content = "label \t body of it\nA\tsome text\nB\tanother text\n"
    for name in ["body of it", " body of it"] {
      let found = try read(content, .with { $0.textColumn = .name(name) })
      #expect(found.input?.textColumn == "body of it" && found.input?.labelColumn == "label")
    }
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
    #expect(ColumnSelector("007") == .name("007"))
    #expect(ColumnSelector("99999999999999999999") == .name("99999999999999999999"))
  }

  @Test func namesMadeOfDigitsAreChosenFirst() throws {
    let content = "1\t0\n" + (0..<6).map { "some text \($0)\t\($0 % 2 == 0 ? "neg" : "pos")\n" }.joined()
    let options = CorpusOptions.with {
      $0.labelColumn = ColumnSelector("0")
      $0.textColumn = ColumnSelector("1")
    }
    let (rows, input) = try read(content, options)
    #expect(rows.count == 6)
    #expect(rows.first == Row("neg", "some text 0"))
    #expect(input?.labelColumn == "0")
    #expect(
      failure("x y\ta\n", .with { $0.labelColumn = ColumnSelector("0") })?.description.contains(
        "there is no column 0; there are 2: “1”, “2”; without names they are numbered from 1") == true)
  }

  @Test func longLabelsAndShortTextsAreNotExchanged() throws {
    let intents = [
      "restaurant_reservation_request", "insurance_change_confirmation", "account_balance_enquiry",
    ]
    let rows = (0..<12).map { "\(intents[$0 % 3])\thi \($0)\n" }.joined()
    #expect(try read(rows).input?.labelColumn == "1")
    // Neither column has repeated values: by shape they would be swapped, so the user must choose.
    let single = (0..<12).map { "a_rather_long_intent_\($0)\thi \($0)\n" }.joined()
    guard case .undecidedColumn = failure(single) else {
      Issue.record("decided what cannot be")
      return
    }
    #expect(
      try read((0..<8).map { "c\($0)\tone text of its own \($0)\n" }.joined()).input?.labelColumn == "1")
  }

  @Test func identifiersDatesAndPartsAreNeitherTextNorLabel() throws {
    let rows = (0..<12).map {
      "\(1000 + $0)\t2024-03-\(10 + $0)\ttrain\tquite a long text, number "
        + "\($0)\t\($0 % 2 == 0 ? "neg" : "pos")\n"
    }.joined()
    let plain = try read(rows)
    #expect(plain.input?.textColumn == "4")
    #expect(plain.input?.labelColumn == "5")
    let named = try read("tweet_id\tdate\tpart\tutt\tverdict\n" + rows)
    #expect(named.input?.textColumn == "utt")
    #expect(named.input?.labelColumn == "verdict")
  }

  @Test func aModelsColumnsAreTakenWhereTheDataHasThem() throws {
    let content =
      "title\tbody\tqueue\tlabel\n" + (0..<6).map { "t\tsome text \($0)\tq\($0 % 2)\tx\n" }.joined()
    func read(_ columns: TableColumns, _ content: String) throws -> ReadingReport.Input? {
      try self.read(content, .with { $0.trainedColumns = columns }).input
    }
    let own = try read(TableColumns(text: .name("title"), labels: [.name("queue")]), content)
    #expect(own?.textColumn == "title")
    #expect(own?.labelColumn == "queue")
    let other = try read(TableColumns(text: .name("subject"), labels: [.name("desk")]), content)
    #expect(other?.textColumn == "body")
    #expect(other?.labelColumn == "label")
    let rows = "a\tx\ty\tz\nb\tx\ty\tz\n"
    let numbered = try read(TableColumns(text: .number(3), labels: [.number(2)], count: 4), rows)
    #expect(numbered?.textColumn == "3")
    #expect(numbered?.labelColumn == "2")
    // For two columns without names the rows decide, if they can.
    let two = TableColumns(text: .number(1), labels: [.number(2)], count: 2)
    #expect(try read(two, "neg\ta b c d\npos\tb c d e\n")?.labelColumn == "1")
    #expect(try read(two, "neg\tabc\npos\tbcd\n")?.labelColumn == "2")
    let explicit = try self.read(
      content,
      .with {
        $0.trainedColumns = TableColumns(text: .name("title"), labels: [.name("queue")])
        $0.textColumn = .name("body")
      }
    ).input
    #expect(explicit?.textColumn == "body")
    #expect(explicit?.labelColumn == "queue")
  }

  @Test func oneColumnHasNoLabels() throws {
    guard case .unlabelled = failure("text\nx\n") else {
      Issue.record("found labels where there are none")
      return
    }
    #expect(try read("text\nx\n", .with { $0.needsLabels = false }).rows == [Row(nil, "x")])
  }
}
