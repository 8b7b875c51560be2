import DiscernCorpus
import DiscernText
import Foundation
import TestSupport
import Testing

@Suite struct DataCheckTests {
  private func check(
    _ train: String, _ test: String? = nil, limit: Int = 400, _ options: CorpusOptions = CorpusOptions()
  ) throws -> DataCheck {
    try withTemporaryFolder { folder in
      let corpus = try Corpus(paths: [try write(train, to: "train.tsv", in: folder)], options: options)
      let other = try test.map {
        try Corpus(paths: [try write($0, to: "test.tsv", in: folder)], options: options)
      }
      return try DataCheck(
        train: corpus, test: other, tokenizer: try Tokenizer(), maximumTokens: limit, threads: 2)
    }
  }

  private func finding(_ kind: DataCheck.Kind, _ check: DataCheck) -> DataCheck.Finding? {
    check.findings.first { $0.kind == kind }
  }

  private let clean = (0..<12).map { "\($0 % 2 == 0 ? "neg" : "pos")\tsome text of number \($0)\n" }.joined()

  @Test func cleanDataHasNoFindings() throws {
    let check = try check(clean, "pos\tanother text\nneg\tyet another text\n")
    #expect(check.findings.filter { $0.kind != .rareClass } == [])
    #expect(check.parts.map(\.name) == ["train", "test"])
    #expect(check.parts[0].classes.map(\.count) == [6, 6])
    #expect(check.parts[0].classes.map(\.label) == ["neg", "pos"])
    #expect(check.parts[0].lengths.p50 == 5)
    #expect(check.table.contains("train: 12 rows, 2 classes"))
  }

  @Test func findsRepeatedConflictingAndSharedTexts() throws {
    let train =
      clean + "pos\tthe same  text\nneg\tthe same text \npos\tagain text\npos\tagain text\npos\tagain text\n"
    let check = try check(train, "pos\tagain  text\nneg\tnew text\nneg\tagain text\n")
    let duplicates = try #require(finding(.duplicates, check))
    #expect(duplicates.count == 3)
    #expect(duplicates.examples.count == 2)
    #expect(duplicates.examples[0].contains("train.tsv:14 repeats "))
    let conflicts = try #require(finding(.conflictingLabels, check))
    #expect(conflicts.count == 2)
    #expect(conflicts.examples[0].hasSuffix("train.tsv:14 “neg”"))
    let shared = try #require(finding(.sharedTexts, check))
    #expect(shared.count == 2)
    #expect(shared.severity == .warning)
    #expect(check.parts.map(\.duplicateRows) == [3, 1])
  }

  @Test func findsTroubleWithLabels() throws {
    let labels = ["Pos itive", "positive", "neg", "neg.", "-1", "1", "+", "-"]
    let train = labels.map { label in (0..<6).map { "\(label)\ta text of \(label) \($0)\n" }.joined() }
      .joined()
    let check = try check(train, "odd\tan odd text here\n")
    let similar = try #require(finding(.similarLabels, check))
    #expect(similar.examples == ["“Pos itive” and “positive”", "“neg” and “neg.”"])
    let unseen = try #require(finding(.labelOnlyInTest, check))
    #expect(unseen.examples == ["odd"] && unseen.severity == .error && check.hasErrors)
    #expect(finding(.labelOnlyInTraining, check)?.count == 8)
    #expect(finding(.sortedByLabel, check) != nil)
    #expect(check.findings.first?.severity == .error)
    let single = try #require(finding(.singleClass, try self.check("a\tx y\na\ty z\n")))
    #expect(single.severity == .error)
    let uneven = try self.check(clean + (0..<60).map { "pos\tmore of \($0)\n" }.joined())
    #expect(finding(.imbalance, uneven)?.examples == ["pos (66)", "neg (6)"])
  }

  @Test func findsTroubleWithTexts() throws {
    let train = clean + "pos\t<br />\npos\t \npos\tone two three four five six seven\nbroken\n"
    let check = try check(train, limit: 6, .with { $0.onError = .skip })
    #expect(finding(.emptyTexts, check)?.count == 2)
    #expect(finding(.duplicates, check) == nil)
    #expect(finding(.longTexts, check)?.count == 1)
    #expect(finding(.longTexts, check)?.examples.first?.hasSuffix("train.tsv:15") == true)
    #expect(
      finding(.skippedRows, check)?.examples.first?.contains("train.tsv:16: the row has 1 field") == true)
    #expect(check.parts[0].rows == 15)
    let latin = try withTemporaryFolder { folder in
      let bytes = Array(clean.utf8) + Array("neg\tcaf".utf8) + [0xE9, 0x0A]
      return try DataCheck(
        train: try Corpus(
          paths: [try write(bytes, to: "train.tsv", in: folder)], options: .with { $0.onError = .skip }),
        tokenizer: try Tokenizer(),
        threads: 1)
    }
    #expect(
      finding(.skippedRows, latin)?.examples.first?.contains("train.tsv:13: the text is not valid") == true)
  }

  @Test func partsOfAFolderAreBothChecked() throws {
    try withTemporaryFolder { folder in
      for name in ["train/a/1", "train/b/1", "test/a/1", "test/b/1"] {
        try write("same", to: name, in: folder)
      }
      let check = try DataCheck(train: try Corpus(paths: [folder]), tokenizer: try Tokenizer(), threads: 1)
      #expect(check.parts.map(\.name) == ["train", "test"])
      #expect(finding(.sharedTexts, check)?.count == 2)
    }
  }

  @Test func survivesJSON() throws {
    let check = try check(clean + "neg\tsome text of number 1\n")
    let decoded = try JSONDecoder().decode(DataCheck.self, from: try JSONEncoder().encode(check))
    #expect(decoded == check)
  }

  /// Percentiles as `numpy.percentile(range(1, n + 1), p, method="inverted_cdf")`, n = 10 and 250:
  /// 1, 1, 3, 5, 8, 10, 10 and 3, 13, 63, 125, 188, 238, 248.
  @Test func percentilesAreNearestRanks() throws {
    for (count, expected) in [(10, [1, 1, 3, 5, 8, 10, 10]), (250, [3, 13, 63, 125, 188, 238, 248])] {
      let rows = (1...count).map {
        "l\($0 % 2)\t" + Array(repeating: "w", count: $0).joined(separator: " ") + "\n"
      }
      let lengths = try check(rows.shuffled().joined()).parts[0].lengths
      #expect(
        [lengths.p1, lengths.p5, lengths.p25, lengths.p50, lengths.p75, lengths.p95, lengths.p99] == expected)
      #expect(lengths.maximum == count)
    }
  }

  /// Repeated and conflicting texts, by
  /// ```python
  /// for label, text in (l.rstrip(b"\n").split(b"\t") for l in open(path, "rb")):
  ///     seen[b" ".join(text.split())].append(label)
  /// sum(len(v) - 1 for v in seen.values()), sum(len(set(v)) > 1 for v in seen.values())
  /// ```
  @Test(
    .enabled(if: SharedData.isPresent),
    arguments: [
      ("imdb/train", 96, 0), ("sst2/train", 9, 0), ("waimai/train", 5, 5),
    ])
  func countsWhatPythonCounts(name: String, duplicates: Int, conflicts: Int) throws {
    let check = try DataCheck(
      train: try Corpus(paths: [SharedData.path("data/\(name).tsv")]), tokenizer: try Tokenizer(), threads: 2)
    #expect(check.parts[0].duplicateRows == duplicates)
    #expect(finding(.conflictingLabels, check)?.count ?? 0 == conflicts)
  }
}
