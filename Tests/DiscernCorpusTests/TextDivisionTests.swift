import DiscernCorpus
import DiscernText
import DiscernVocabulary
import TestSupport
import Testing

@Suite struct TextDivisionTests {
  private func encoded(
    _ content: String, _ name: String = "t.tsv", column: String? = "film", sketches: Bool = false,
    threads: Int = 1
  ) throws -> EncodedCorpus {
    try withTemporaryFolder { folder in
      let options = CorpusOptions.with { $0.groupColumn = column.map { ColumnSelector($0) } }
      let corpus = try Corpus(paths: [try write(content, to: name, in: folder)], options: options)
      let encoder = TextEncoder(
        tokenizer: try Tokenizer(), vocabulary: Vocabulary(words: ["text"]), maximumTokens: 3)
      return try CorpusEncoder(encoder, threads: threads).encode(corpus, sketches: sketches)
    }
  }

  private func failure(_ content: String, _ name: String = "t.tsv") -> String {
    corpusError { _ = try encoded(content, name) }?.description ?? ""
  }

  @Test func groupsComeWithTheirTexts() throws {
    let table = "label\ttext\tfilm\na\tone\tX\nb\ttwo\t Y \na\tthree\t\nb\tfour\tX\n"
    let lines = """
      {"label": "a", "text": "one", "film": "X"}
      {"label": "b", "text": "two", "film": "Y"}
      {"label": "a", "text": "three", "film": null}
      {"label": "b", "film": "X", "text": "four"}
      {"label": "b", "text": "five"}
      {"label": "b", "text": "six", "film": 7}

      """
    let first = try #require(try encoded(table).groups)
    #expect(first.numbers == [0, 1, -1, 0] && first.count == 2 && first.textsWithoutGroup == 1)
    #expect((0..<2).map { first.name($0) } == ["X", "Y"])
    let second = try #require(try encoded(lines, "t.jsonl").groups)
    #expect(second.numbers == [0, 1, -1, 0, -1, 2] && second.name(2) == "7")
    #expect(try encoded(table, column: nil).groups == nil)
    let records = [
      CorpusRecord("one", label: "a", group: "X"), CorpusRecord("two", label: "b"),
      CorpusRecord("three", label: "b", group: "X"),
    ]
    let encoder = TextEncoder(
      tokenizer: try Tokenizer(), vocabulary: Vocabulary(words: ["text"]), maximumTokens: 3)
    let own = try CorpusEncoder(encoder, threads: 2).encode(Corpus(records: records))
    #expect(own.groups?.numbers == [0, -1, 0])
  }

  @Test func groupsAreInTheDigest() throws {
    func digest(_ films: String, _ column: String? = "film") throws -> String {
      let rows = films.enumerated().map { "\($0 % 2 == 0 ? "a" : "b")\ttext \($0)\t\($1)\n" }
      return try encoded("label\ttext\tfilm\n" + rows.joined(), column: column).summary.digest
    }
    #expect(try digest("XXYY") != digest("XYXY"))
    #expect(try digest("XXYY") != digest("XXYY", nil))
    #expect(try digest("XXYY", nil) == digest("XYXY", nil))
  }

  @Test func columnsThatCannotBeAreNamed() {
    let table = "label\ttext\tfilms\na\tone\tX\nb\ttwo\tY\n"
    #expect(failure(table).contains("no column is named “film”; there are “label”, “text”, “films”"))
    #expect(failure("label\ttext\tfilm\na\tone\t\nb\ttwo\t\n").contains("--group-column film: no text"))
    #expect(failure("{\"label\":\"a\",\"text\":\"x\"}\n", "t.jsonl").contains("--group-column film: no text"))
    #expect(failure("__label__a x\n", "t.txt").contains("--group-column needs CSV, TSV or JSON Lines"))
    #expect(
      failure("{\"label\":\"a\",\"text\":\"x\",\"film\":[1]}\n", "t.jsonl").contains("“film” is an array"))
    let twice = corpusError {
      let options = CorpusOptions.with {
        $0.textColumn = .name("text")
        $0.groupColumn = .name("text")
      }
      try withTemporaryFolder { folder in
        _ = try Corpus(paths: [try write(table, to: "t.tsv", in: folder)], options: options).read { _ in }
      }
    }
    #expect(twice?.description.contains("“text” is selected twice") == true)
  }

  private static let nameless = (0..<24).map {
    "\($0 % 2 == 0 ? "a" : "b")\tsome fine old film of number \($0)\tx\($0 / 8)\n"
  }.joined()

  /// Otherwise another column would silently be the text or the label.
  @Test(arguments: [
    ("label\ttext\ttitle\na\tone\tX\nb\ttwo\tY\n", "text", "“text” is used as the text"),
    ("label\ttext\ttitle\na\tone\tX\nb\ttwo\tY\n", "label", "“label” is used as the label"),
    (TextDivisionTests.nameless, "2", "“2” is used as the text"),
    ("{\"text\":\"x\",\"label\":\"a\",\"title\":\"y\"}\n", "text", "“text” is used as the text"),
    ("{\"text\":\"x\",\"label\":\"a\",\"tag\":\"y\"}\n", "label", "“label” is used as the label"),
  ]) func aColumnHasOneRole(table: String, group: String, message: String) {
    let options: [(String, (inout CorpusOptions) -> Void)] = [
      ("--group-column", { $0.groupColumn = ColumnSelector(group) }),
      ("--weight-column", { $0.weightColumn = ColumnSelector(group) }),
      ("--label-column", { $0.labelColumns = [LabelColumn(column: ColumnSelector(group))] }),
      (
        "--task",
        { $0.labelColumns = [LabelColumn(task: "a", column: ColumnSelector(group))] }
      ),
    ]
    for (option, change) in options {
      // A label's own column has no other role, and the label of a table without names is chosen freely.
      if ["--label-column", "--task"].contains(option), group != "text" { continue }
      let error = corpusError {
        try withTemporaryFolder { folder in
          let name = table.hasPrefix("{") ? "t.jsonl" : "t.tsv"
          let path = try write(table, to: name, in: folder)
          _ = try Corpus(paths: [path], options: .with(change)).read { _ in }
        }
      }
      let words = error?.description ?? "read"
      #expect(words.contains(message) && words.contains(option), "\(option): \(words)")
    }
  }

  @Test func aNamedTextFreesTheUsualOne() throws {
    let table = "label\ttext\tplot\na\tone\tX Y\nb\ttwo\tY Z\n"
    try withTemporaryFolder { folder in
      let options = CorpusOptions.with {
        $0.textColumn = .name("plot")
        $0.groupColumn = .name("text")
      }
      var texts: [String] = []
      _ = try Corpus(paths: [try write(table, to: "t.tsv", in: folder)], options: options).read {
        texts.append($0.textString)
      }
      #expect(texts == ["X Y", "Y Z"])
    }
  }

  private func divided(
    _ corpus: EncodedCorpus, _ split: DevelopmentSplit = .stratified, fraction: Double = 0.2
  ) throws -> TextDivision {
    try corpus.divided(split, column: .name("film"), fraction: fraction, seed: 3)
  }

  @Test func dividesByColumnAndNearCopies() throws {
    // Films of six texts; every tenth text differs in one word from one of the next film.
    var random = SeededGenerator(seed: 1)
    func text(_ number: Int) -> String {
      var random = SeededGenerator(seed: UInt64(number))
      return (0..<20).map { _ in "w\(Int.random(in: 0..<500, using: &random))" }.joined(separator: " ")
    }
    let rows = (0..<300).map { index in
      let own = index % 10 == 9 ? text(index + 4) + " end" : text(index)
      return (label: Bool.random(using: &random) ? "a" : "b", text: own, film: "film \(index / 6)")
    }
    let table = "label\ttext\tfilm\n" + rows.map { "\($0)\t\($1)\t\($2)\n" }.joined()
    for threads in [1, 3] {
      let corpus = try encoded(table, sketches: true, threads: threads)
      let byFilm = try divided(corpus)
      let sides = [byFilm.training, byFilm.development].map { Set($0.map { $0 / 6 }) }
      #expect(sides[0].isDisjoint(with: sides[1]))
      #expect(byFilm.groups?.training == 40 && byFilm.groups?.development == 10)
      #expect(byFilm.groups?.trainingTexts == 240 && byFilm.groups?.developmentTexts == 60)
      #expect(byFilm.groups?.largest == 6 && byFilm.groups?.nearCopies == nil)
      let both = try divided(corpus, .nearDuplicates)
      let heldOut = Set(both.development)
      for group in 0..<50 { #expect([0, 6].contains((0..<6).count { heldOut.contains(group * 6 + $0) })) }
      for copy in stride(from: 9, to: 296, by: 10) {
        #expect(heldOut.contains(copy) == heldOut.contains(copy + 4))
      }
      #expect(both.groups?.nearCopies == TextDivision.Groups.Copies(groups: 29, texts: 58, largest: 2))
      let copies = try divided(try encoded(table, column: nil, sketches: true), .nearDuplicates)
      #expect(copies.groups?.column == nil && copies.groups?.training ?? 0 > 200)
    }
  }

  @Test func withoutGroupsItIsTheStratifiedOne() throws {
    let rows = (0..<100).map { "\($0 % 3 == 0 ? "a" : "b")\ttext \($0)\tx\n" }.joined()
    let corpus = try encoded("label\ttext\tfilm\n" + rows, column: nil)
    let plain = try divided(corpus)
    let stratified = try StratifiedSplit(targets: corpus.targets.map(\.labels), fraction: 0.2, seed: 3)
    #expect(plain.training == stratified.training && plain.development == stratified.development)
    #expect(plain.groups == nil)
  }

  @Test func aGroupThatIsTooLargeIsNamed() throws {
    let rows = (0..<100).map { "\($0 % 2 == 0 ? "a" : "b")\ttext \($0)\t\($0 < 97 ? "Alien" : "Brazil")\n" }
    let corpus = try encoded("label\ttext\tfilm\n" + rows.joined())
    let error = corpusError { _ = try divided(corpus) }?.description ?? ""
    for words in ["--group-column film", "“Alien”, has 97", "--validation-fraction", "--dev"] {
      #expect(error.contains(words), "\(error)")
    }
  }
}
