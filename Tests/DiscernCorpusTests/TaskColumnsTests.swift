import DiscernCorpus
import DiscernText
import DiscernVocabulary
import TestSupport
import Testing

private let comma = LabelSeparator(",")

@Suite struct TaskColumnsTests {
  /// Reads text, labels, weight and place of every row.
  private func read(
    _ content: String, _ name: String = "a.tsv", _ change: (inout CorpusOptions) -> Void
  ) throws -> [String] {
    try withTemporaryFolder { folder in
      let path = try write(content, to: name, in: folder)
      var rows: [String] = []
      _ = try Corpus(paths: [path], options: .with(change)).read { record in
        let labels = record.labels.map { $0.map { String(decoding: $0, as: UTF8.self) } ?? "–" }
        rows.append(
          "\(record.textString)|\(labels.joined(separator: "|"))|\(record.weight)|\(record.location.line)")
      }
      return rows
    }
  }

  private func failure(
    _ content: String, _ name: String = "a.tsv", _ change: (inout CorpusOptions) -> Void
  ) -> String {
    do {
      let rows = try read(content, name, change)
      Issue.record("read \(rows)")
      return ""
    } catch { return "\(error)" }
  }

  private func encode(
    _ content: String, _ name: String = "a.tsv", labelSets: [LabelSet]? = nil, threads: Int = 2,
    _ change: (inout CorpusOptions) -> Void
  ) throws -> EncodedCorpus {
    try withTemporaryFolder { folder in
      let path = try write(content, to: name, in: folder)
      let encoder = TextEncoder(tokenizer: try Tokenizer(), vocabulary: Vocabulary(words: ["x", "y"]))
      return try CorpusEncoder(encoder, threads: threads).encode(
        try Corpus(paths: [path], options: .with(change)), labelSets: labelSets)
    }
  }

  private static let two = [
    LabelColumn(task: "a", column: .name("one")), LabelColumn(task: "b", column: .name("two")),
  ]

  @Test func severalColumnsAreRead() throws {
    let content = "one\ttext\ttwo\nA\tx\t1\n\ty\t2\nB\tz\t \n"
    let expected = ["x|A|1|1.0|2", "y|–|2|1.0|3", "z|B|–|1.0|4"]
    #expect(try read(content) { $0.labelColumns = Self.two } == expected)
    // By number, in another order, and as CSV.
    let numbers = [LabelColumn(task: "a", column: .number(3)), LabelColumn(task: "b", column: .number(1))]
    #expect(try read(content) { $0.labelColumns = numbers } == ["x|1|A|1.0|2", "y|2|–|1.0|3", "z|–|B|1.0|4"])
    let csv = "one,text,two\nA,x,1\n,\"y\",2\nB,z,\" \"\n"
    #expect(try read(csv, "a.csv") { $0.labelColumns = Self.two } == expected)
    let lines = """
      {"one":"A","text":"x","two":1}
      {"two":"2","text":"y"}
      {"one":"B","text":"z","two":null}

      """
    #expect(
      try read(lines, "a.jsonl") { $0.labelColumns = Self.two } == [
        "x|A|1|1.0|1", "y|–|2|1.0|2", "z|B|–|1.0|3",
      ])
    // Without a header the text is the remaining column.
    #expect(
      try read("A\tsome words\t1\n") {
        $0.labelColumns = [
          LabelColumn(task: "a", column: .number(1)), LabelColumn(task: "b", column: .number(3)),
        ]
      } == ["some words|A|1|1.0|1"])
  }

  @Test func aRowWithoutAnyLabelIsAnError() {
    let place = "a.tsv:3: the row has no label for any task"
    #expect(failure("one\ttext\ttwo\nA\tx\t1\n\ty\t\n") { $0.labelColumns = Self.two }.hasSuffix(place))
    #expect(
      failure("{\"text\":\"x\"}\n", "a.jsonl") { $0.labelColumns = Self.two }.contains(
        "no label for any task"))
  }

  @Test func columnsThatCannotBeAreNamed() {
    let content = "one\ttext\ttwo\nA\tx\t1\n"
    let missing = [
      LabelColumn(task: "a", column: .name("one")), LabelColumn(task: "b", column: .name("tow")),
    ]
    let error = failure(content) { $0.labelColumns = missing }
    #expect(error.contains("no column is named “tow”") && error.hasSuffix("did you mean “two”?"))
    let same = [LabelColumn(task: "a", column: .name("one")), LabelColumn(task: "b", column: .number(1))]
    #expect(failure(content) { $0.labelColumns = same }.contains("“one” is selected twice"))
    #expect(
      failure(content) {
        $0.labelColumns = Self.two
        $0.weightColumn = .name("two")
      }.contains("“two” is selected twice"))
    #expect(
      failure("{\"text\":\"x\"}\n", "a.jsonl") {
        $0.labelColumns = [
          LabelColumn(task: "a", column: .name("l")), LabelColumn(task: "b", column: .name("l")),
        ]
      }.contains("“l” is selected twice"))
    #expect(failure("__label__a x\n", "a.txt") { $0.labelColumns = Self.two }.contains("it has no columns"))
    #expect(
      failure("some text\nmore text\n", "a.txt") {
        $0.labelColumns = Self.two
        $0.format = .lines
      }.contains("it has no columns"))
  }

  @Test func weightsAreRead() throws {
    let content = "label\ttext\tw\nA\tx\t2\nB\ty\t0.25\n"
    #expect(try read(content) { $0.weightColumn = .name("w") } == ["x|A|2.0|2", "y|B|0.25|3"])
    let lines = "{\"label\":\"A\",\"text\":\"x\",\"w\":2}\n{\"label\":\"B\",\"text\":\"y\",\"w\":\"1e-1\"}\n"
    #expect(try read(lines, "a.jsonl") { $0.weightColumn = .name("w") } == ["x|A|2.0|1", "y|B|0.1|2"])
    for bad in ["-1", "nan", "", "1,5", "1e99", "inf", "0x1"] {
      let error = failure("label\ttext\tw\nA\tx\t\(bad)\n") { $0.weightColumn = .name("w") }
      #expect(error.contains("a.tsv:2: the weight is “\(bad)”"), "\(error)")
    }
    #expect(
      failure("{\"label\":\"A\",\"text\":\"x\"}\n", "a.jsonl") { $0.weightColumn = .name("w") }
        .contains("no key “w”"))
    let encoded = try encode(content) { $0.weightColumn = .name("w") }
    #expect(encoded.weights == [2, 0.25])
    #expect(
      try encode(content) {
        $0.labelColumn = .name("label")
        $0.textColumn = .name("text")
      }.weights == nil)
  }

  @Test func listsOfLabelsAreSets() throws {
    let content = "labels\ttext\na,b\tx\n\ty\nb , a,,\tx y\nc\tx\n"
    let encoded = try encode(content) { $0.labelColumns = [LabelColumn(separator: comma)] }
    let target = try #require(encoded.targets.first)
    let labels = target.labels
    #expect(target.labelSet.names == ["a", "b", "c"] && target.column.separator == comma)
    #expect((0..<4).map { labels.ids($0) } == [[0, 1], [], [0, 1], [2]])
    #expect(labels.numbers[0] == labels.numbers[2])
    #expect(labels.counts(labelCount: 3) == [2, 2, 1])
    // The same as JSON lists; labels in a list are not changed.
    let lines = """
      {"labels":["b","a"],"text":"x"}
      {"labels":[],"text":"y"}
      {"labels":"a,b","text":"x y"}
      {"labels":["c"],"text":"x"}

      """
    let other = try encode(lines, "a.jsonl") { $0.labelColumns = [LabelColumn(separator: comma)] }
    #expect(other.targets[0].labelSet == target.labelSet)
    #expect((0..<4).map { other.targets[0].labels.ids($0) } == [[0, 1], [], [0, 1], [2]])
    let fast = try encode("__label__a __label__b x\n__label__c y\n", "a.txt") {
      $0.labelColumns = [LabelColumn(separator: comma)]
    }
    #expect((0..<2).map { fast.targets[0].labels.ids($0) } == [[0, 1], [2]])
    // Other rows, the same sets in another order: the same numbers for any number of threads.
    for threads in [1, 3] {
      #expect(
        try encode(content, threads: threads) { $0.labelColumns = [LabelColumn(separator: comma)] }.targets[0]
          .labels == labels)
    }
  }

  @Test func labelsThatHoldTheSeparatorAreErrors() {
    let change = { (options: inout CorpusOptions) in options.labelColumns = [LabelColumn(separator: comma)] }
    #expect(
      failure("{\"labels\":[\"a,b\"],\"text\":\"x\"}\n", "a.jsonl", change)
        .contains("a.jsonl:1: the label “a,b” contains “,”"))
    #expect(failure("__label__a,b x\n", "a.txt", change).contains("contains “,”"))
    #expect(
      failure("{\"labels\":[[\"a\"]],\"text\":\"x\"}\n", "a.jsonl", change).contains(
        "list of strings, numbers, true and false"))
    #expect(
      failure("{\"labels\":{},\"text\":\"x\"}\n", "a.jsonl", change).contains("a list of them"))
    // A list where a text can have only one label.
    #expect(
      failure("{\"label\":[\"a\"],\"text\":\"x\"}\n", "a.jsonl") { _ in }.contains("--multi-label"))
  }

  @Test func separatorsAreOneHarmlessCharacter() {
    for good in [",", ";", "|", " ", "/", "+", "="] { #expect(LabelSeparator(good)?.description == good) }
    for bad in ["", ",,", "a", "Z", "0", ".", "-", "_", "\"", "\\", "\t", "\n", "é", "\u{7F}"] {
      #expect(LabelSeparator(bad) == nil, "\(bad)")
    }
  }

  @Test func labelsThatAModelDoesNotKnowAreNamedWhereTheyStand() throws {
    let known = [try LabelSet(["a", "b"]), try LabelSet(["1", "2"])]
    let columns = [
      LabelColumn(task: "a", column: .name("one"), separator: comma),
      LabelColumn(task: "b", column: .name("two")),
    ]
    let content = "one\ttext\ttwo\na,b\tx\t1\na,c\tx\t2\n"
    let error = corpusError { _ = try encode(content, labelSets: known) { $0.labelColumns = columns } }
    #expect(
      error?.description.contains("a label is unknown to the model: “c” of a (1 text, at")
        == true)
    let encoded = try encode("one\ttext\ttwo\nb\tx\t2\n\ty\t\n", labelSets: known) {
      $0.labelColumns = columns
    }
    #expect(encoded.targets.map { $0.labels.ids(0) } == [[1], [1]])
    #expect(encoded.targets.map { $0.labels.ids(1) } == [[], nil])
  }

  @Test func aTaskForWhichThereIsNothingIsNamed() {
    let error = corpusError {
      _ = try encode("{\"text\":\"x\",\"one\":\"A\"}\n", "a.jsonl") { $0.labelColumns = Self.two }
    }
    #expect(error?.description == "no text has a label for the task “b” in “two”")
  }

  @Test func theDigestSeesEveryColumn() throws {
    func digest(
      _ content: String, _ change: (inout CorpusOptions) -> Void = { $0.labelColumns = Self.two }
    ) throws -> String {
      try encode(content, labelSets: nil, threads: 2, change).summary.digest
    }
    let base = try digest("one\ttext\ttwo\nA\tx\t1\nB\ty\t2\n")
    #expect(try digest("one\ttext\ttwo\nA\tx\t1\nB\ty\t2\n") == base)
    #expect(try digest("one\ttext\ttwo\nA\tx\t1\nB\ty\t3\n") != base)
    let weighted = { (options: inout CorpusOptions) in
      options.labelColumn = .name("one")
      options.weightColumn = .name("two")
      options.textColumn = .name("text")
    }
    let other = try digest("one\ttext\ttwo\nA\tx\t1\nB\ty\t2\n", weighted)
    #expect(try digest("one\ttext\ttwo\nA\tx\t1\nB\ty\t3\n", weighted) != other)
  }
}
