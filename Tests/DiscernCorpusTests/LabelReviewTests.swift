import DiscernCorpus
import DiscernText
import DiscernVocabulary
import TestSupport
import Testing

@Suite struct LabelReviewTests {
  /// The findings about labels of a CSV with `repeats` texts for each label; the first label once only if
  /// `first` is given.
  private func findings(
    _ labels: [String], repeats: Int = 6, first: String? = nil, _ options: CorpusOptions = CorpusOptions()
  ) throws -> [DataCheck.Kind: DataCheck.Finding] {
    func quoted(_ label: String) -> String { "\"" + label.replacing("\"", with: "\"\"") + "\"" }
    let rows = (0..<repeats).flatMap { round in
      labels.map { "some text of the round \(round) for \($0.unicodeScalars.count),\(quoted($0))\n" }
    }
    let begin = first.map { "one more text of about the same length,\(quoted($0))\n" } ?? "text,label\n"
    let check = try withTemporaryFolder { folder in
      try DataCheck(
        train: Corpus(paths: [try write(begin + rows.joined(), to: "a.csv", in: folder)], options: options),
        tokenizer: Tokenizer(), threads: 1)
    }
    return Dictionary(check.findings.map { ($0.kind, $0) }) { first, _ in first }
  }

  @Test func theSameNumberInTwoWays() throws {
    let found = try findings(["0", "1", "1.0", "01", "-1"])
    #expect(found[.equalNumbers]?.examples == ["“01” and “1” and “1.0”"])
    #expect(found[.similarLabels] == nil)
    #expect(try findings(["0", "1", "10"])[.equalNumbers] == nil)
  }

  @Test func labelsThatLookTheSame() throws {
    let composed = try findings(["caf\u{E9}", "cafe\u{301}", "bar"])
    #expect(composed[.lookAlikeLabels]?.count == 2)
    #expect(composed[.lookAlikeLabels]?.examples == ["“cafe\u{301}” (U+0301) and “caf\u{E9}” (U+00E9)"])
    // Cyrillic а; a zero-width space in the middle; full-width letters.
    for other in ["b\u{430}r", "ba\u{200B}r", "ｂａｒ"] {
      #expect(try findings(["bar", other, "foo"])[.lookAlikeLabels]?.count == 2, "\(other)")
    }
    #expect(try findings(["bar", "baz"])[.lookAlikeLabels] == nil)
  }

  @Test func labelsThatDifferByCase() throws {
    let found = try findings(["Sports", "sports", "SPORTS ", "news"])
    #expect(found[.similarLabels]?.examples == ["“SPORTS” and “Sports” and “sports”"])
    #expect(found[.trimmedLabels]?.count == 6)
  }

  @Test func missingValuesAreNamed() throws {
    #expect(
      try findings(["nan", "NA", "pos", "None"])[.missingLabels]?.examples == ["“NA”", "“None”", "“nan”"])
    #expect(try findings(["nano", "national"])[.missingLabels] == nil)
  }

  @Test func listsAndJoinedLabelsAskForSeveral() throws {
    let lists = try findings(["['a', 'b']", "['a']"])
    #expect(lists[.listLabels]?.message.contains("--multi-label") == true)
    let joined = try findings(["a", "b", "a;b", "b; a", "c"])
    #expect(joined[.joinedLabels]?.examples == ["“a;b”", "“b; a”"])
    #expect(joined[.joinedLabels]?.message.contains("--multi-label ';'") == true)
    #expect(try findings(["New York", "York"])[.joinedLabels] == nil)
    let several = CorpusOptions.with { $0.labelColumns = [LabelColumn(separator: LabelSeparator(","))] }
    let read = try findings(["['a', 'b']", "['a']", "a,b"], several)
    #expect(read[.listLabels] == nil && read[.joinedLabels] == nil)
  }

  @Test func oddLabelsAreNamed() throws {
    let lines = try findings(["a\nb", "c\u{1B}[31m"])
    #expect(lines[.invisibleCharacters]?.examples == ["“a\\nb”", "“c\\u{1B}[31m”"])
    #expect(try findings(["\"a\"", "b"])[.quotedLabels]?.count == 1)
    #expect(try findings([String(repeating: "word ", count: 20), "b"])[.longLabels]?.count == 1)
    #expect(try findings((0..<40).map { "class \($0)" }, repeats: 1)[.manyLabels]?.count == 40)
    // The texts differ in one word.
    #expect(try findings(["a", "bb"]).keys.allSatisfy { $0 == .nearCopies })
  }

  @Test func aClassOfTheFirstRowAloneLooksLikeAName() throws {
    let found = try findings(["neg", "pos"], first: "verdict")
    #expect(found[.namesAsLabels]?.examples == ["“verdict”"])
    #expect(found[.namesAsLabels]?.message.contains("--header") == true)
    #expect(try findings(["neg", "pos"], first: "pos")[.namesAsLabels] == nil)
  }

  @Test func tasksAreNamed() throws {
    let content =
      "text,toxic,severe\n"
      + (0..<12).map { "some text \($0),\($0 % 2),\($0 % 2 == 0 ? "1" : "1.0")\n" }.joined()
      + "another one,0,\n"
    let options = CorpusOptions.with {
      $0.labelColumns = ["toxic", "severe"].map { LabelColumn(task: $0, column: .name($0)) }
    }
    try withTemporaryFolder { folder in
      let train = try write(content, to: "a.csv", in: folder)
      let dev = try write("text,toxic,severe\nnew,7,1\nsome text 0,1,1\n", to: "d.csv", in: folder)
      let check = try DataCheck(
        train: Corpus(paths: [train], options: options), development: Corpus(paths: [dev], options: options),
        tokenizer: Tokenizer(), threads: 1)
      let numbers = check.findings.first { $0.kind == .equalNumbers }
      #expect(numbers?.task == "severe")
      let unseen = check.findings.first { $0.kind == .labelOnlyInDevelopment }
      #expect(unseen?.task == "toxic" && unseen?.examples == ["7"])
      #expect(check.findings.contains { $0.kind == .sharedTexts && $0.count == 1 })
      #expect(check.findings.contains { $0.kind == .conflictingLabels })
      #expect(check.parts[0].tasks?.map(\.task) == ["toxic", "severe"])
      #expect(check.table.contains("train: 13 rows, 2 tasks"))
      #expect(check.table.contains { $0.hasPrefix("error: task “toxic”: 1 label of the development part") })
    }
  }
}
