import DiscernIO
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

@Suite struct WordVectorsTests {
  private func load(
    _ text: String, vocabulary: [String]? = nil, dimension: Int? = nil, seed: UInt64 = 1
  ) throws -> WordVectors {
    try withFile(text.utf8, named: "v") { path in
      try WordVectors.load(
        path: path, vocabulary: vocabulary.map { Vocabulary(words: $0) }, dimension: dimension, seed: seed)
    }
  }

  /// The kept words with their numbers.
  private func found(_ vectors: WordVectors) -> [String] {
    (0..<vectors.vocabulary.count).filter { vectors.found[$0] }.map { id in
      let row = vectors.rows[id * vectors.dimension..<(id + 1) * vectors.dimension]
      return vectors.vocabulary.token(at: id) + " " + row.map { "\($0)" }.joined(separator: " ")
    }
  }

  @Test func readsRowsIntoTheirPlaces() throws {
    let vectors = try load("of 1 2\nthe 3 4\nand 5 6\n", vocabulary: ["the", "missing", "of"])
    #expect(vectors.dimension == 2 && vectors.rowCount == 3 && vectors.foundCount == 2)
    #expect(vectors.found == [false, false, true, false, true])
    #expect(Array(vectors.rows[0..<2]) == [0, 0])
    #expect(Array(vectors.rows[4..<6]) == [3, 4] && Array(vectors.rows[8..<10]) == [1, 2])
    #expect(vectors.mean == 2.5 && abs(vectors.standardDeviation - 1.25.squareRoot()) < 1e-12)
  }

  private static let readable: [(text: String, dimension: Int?, rows: [String])] = [
    // Line ends, blank lines, spaces at either end and in runs, a byte order mark.
    ("a 1 2\r\nb 3 4\r\n", nil, ["a 1.0 2.0", "b 3.0 4.0"]),
    ("a 1 2 \nb 3 4  \n", nil, ["a 1.0 2.0", "b 3.0 4.0"]),
    (" a 1 2\n", nil, ["a 1.0 2.0"]), ("\n  \na 1   2\n\r\n\n", nil, ["a 1.0 2.0"]),
    ("\u{FEFF}a 1 2", nil, ["a 1.0 2.0"]),
    // The ways to write a number.
    ("a -0 +1 .5 5. 1e-5 1E2\n", nil, ["a -0.0 1.0 0.5 5.0 1e-05 100.0"]),
    // Tokens that are numbers, hold spaces, or hold characters that others treat as white space.
    ("1 2 3\n4 5 6\n", nil, ["1 2.0 3.0", "4 5.0 6.0"]),
    (". . . 1 2\nthe 3 4\n", nil, [". . . 1.0 2.0", "the 3.0 4.0"]),
    (". . . 1 2\n", 2, [". . . 1.0 2.0"]), ("x  y 1 2\n", 2, ["x  y 1.0 2.0"]),
    (
      "a\u{A0}b 1 2\n\u{85} 3 4\n\u{2028} 5 6\n\u{3000} 7 8\na\u{B}\u{C} 9 0\n", nil,
      ["a\u{A0}b 1.0 2.0", "a\u{B}\u{C} 9.0 0.0"]
    ),
    ("\u{A0}\u{200B} 1 2\na 3 4\n 5 6\n", nil, ["a 3.0 4.0"]),
    // Tabs separate fields if they do so in the first rows, and are a part of tokens otherwise.
    ("a\tb 1 2\n", nil, ["a\tb 1.0 2.0"]), ("a\t1\t2\n", nil, ["a 1.0 2.0"]),
    ("a 1\t2 3\n", nil, ["a 1.0 2.0 3.0"]), ("2\t2\na\t1 2\nb c\t3 4\n", nil, ["a 1.0 2.0", "b c 3.0 4.0"]),
    ("a 1 2\nb 3 4\nc\td 5 6\n", nil, ["a 1.0 2.0", "b 3.0 4.0", "c\td 5.0 6.0"]),
    ("a\t1\t2\t\r\nb\t3\t4\r\n\t5\t6\r\n", nil, ["a 1.0 2.0", "b 3.0 4.0"]),
    ("3 2\na\t1\t2\nb\t3\t4\na\t5\t6\n", 2, ["a 1.0 2.0", "b 3.0 4.0"]),
    // The first of several rows of a token counts; canonically equal tokens are two.
    ("a 1 2\na 3 4\nb 5 6\na 7 8\n", nil, ["a 1.0 2.0", "b 5.0 6.0"]),
    // Headers; if a dimension of one is expected, two whole numbers are a row.
    ("2 2\na 1 2\nb 3 4\n", nil, ["a 1.0 2.0", "b 3.0 4.0"]),
    ("2 2 \r\na 1 2 \r\nb 3 4 \r\n", nil, ["a 1.0 2.0", "b 3.0 4.0"]),
    ("2 2\n\na 1 2\nb 3 4\n\n", 2, ["a 1.0 2.0", "b 3.0 4.0"]), ("7 8\na 1\n", 1, ["7 8.0", "a 1.0"]),
    // Special tokens: <unk> has its row, <pad> stays zero.
    ("a 1 2\n<unk> 3 4\n<pad> 5 6\n<unk> 7 8\n", nil, ["<unk> 3.0 4.0", "a 1.0 2.0"]),
    ("a 1\n", nil, ["a 1.0"]), ("a 1e-400 1e-46\n", nil, ["a 0.0 0.0"]),
  ]

  @Test(arguments: readable.indices) func readsOddButSoundFiles(index: Int) throws {
    let (text, dimension, rows) = Self.readable[index]
    let all = try load(text, dimension: dimension)
    #expect(found(all) == rows, "\(text.debugDescription)")
    #expect(all.rows.prefix(all.dimension).allSatisfy { $0 == 0 } && all.rows.allSatisfy { $0.isFinite })
    let words = (2..<all.vocabulary.count).map(all.vocabulary.token(at:))
    let kept = try load(text, vocabulary: words + ["zzz"], dimension: dimension)
    #expect(found(kept) == rows, "\(text.debugDescription)")
  }

  @Test func whatIsPassedOverIsCounted() throws {
    let text = "6 2\na 1 2\n 3 4\n\u{A0} 5 6\nb 1 1\na 7 8\nc 2 2\n"
    for vocabulary in [nil, ["a", "b", "c"]] {
      let vectors = try load(text, vocabulary: vocabulary)
      #expect(vectors.rowsWithoutTokenCount == 2 && vectors.repeatedRowCount == 1)
      #expect(vectors.rowCount == 6 && vectors.foundCount == 3 && vectors.format == .text)
    }
    #expect(try load("a\t1\t2\n").format == .textWithTabs)
  }

  private static let broken:
    [(text: String, dimension: Int?, error: @Sendable (String) -> WordVectorsError)] = [
      ("", nil, { .noVectors(path: $0) }), ("\n \n\r\n", nil, { .noVectors(path: $0) }),
      ("\u{FEFF}", nil, { .noVectors(path: $0) }), ("", 2, { .noVectors(path: $0) }),
      ("\n", 2, { .noVectors(path: $0) }),
      ("word\n", nil, { .tooFewNumbers(path: $0, line: 1, expected: 1, found: 0) }),
      ("a 1 2\nb 3\n", nil, { .tooFewNumbers(path: $0, line: 2, expected: 2, found: 1) }),
      ("a 1 2\nb\n", nil, { .tooFewNumbers(path: $0, line: 2, expected: 2, found: 0) }),
      ("a 1 2\n3 4\n", nil, { .tooFewNumbers(path: $0, line: 2, expected: 2, found: 1) }),
      ("a 1 2\nb 3 4 5\n", nil, { .tooManyNumbers(path: $0, line: 2, column: 2, expected: 2, found: "3") }),
      (
        "a 1 2 3\nb 3 4\nc 5 6\n", nil,
        { .tooManyNumbers(path: $0, line: 1, column: 2, expected: 2, found: "1") }
      ),
      ("a 1 2\nb 3 x\n", nil, { .notANumber(path: $0, line: 2, column: 3, found: "x") }),
      ("a 1 2\nb  x 3\n", nil, { .notANumber(path: $0, line: 2, column: 2, found: "x") }),
      ("a 1 0,5\n", nil, { .notANumber(path: $0, line: 1, column: 3, found: "0,5") }),
      ("a 0,5 1\nb 1 2\n", nil, { .notANumber(path: $0, line: 1, column: 2, found: "0,5") }),
      ("a 0x1p3 1\n", nil, { .notANumber(path: $0, line: 1, column: 2, found: "0x1p3") }),
      ("a 1 2\nb 1\t2 3\n", nil, { .notANumber(path: $0, line: 2, column: 2, found: "1\t2") }),
      ("a\t1\t2\nb\t3\tx\n", nil, { .notANumber(path: $0, line: 2, column: 3, found: "x") }),
      ("a 1_0 3\n", nil, { .notANumber(path: $0, line: 1, column: 2, found: "1_0") }),
      ("a 1 2\nb １ 2\n", nil, { .notANumber(path: $0, line: 2, column: 2, found: "１") }),
      ("a 1 2\nb \0 2\n", nil, { .notANumber(path: $0, line: 2, column: 2, found: "\0") }),
      ("a nan 1\n", nil, { .notFinite(path: $0, line: 1, column: 2, found: "nan") }),
      ("a 1 2\nb NaN 1\n", nil, { .notFinite(path: $0, line: 2, column: 2, found: "NaN") }),
      ("a 1 2\nb nan 1 2\n", nil, { .notFinite(path: $0, line: 2, column: 2, found: "nan") }),
      ("a 1 2\nb 1 -inf\n", nil, { .notFinite(path: $0, line: 2, column: 3, found: "-inf") }),
      ("a 1 2\nb Infinity 1\n", nil, { .notFinite(path: $0, line: 2, column: 2, found: "Infinity") }),
      ("a 1 2\nb 1e400 1\n", nil, { .notFinite(path: $0, line: 2, column: 2, found: "1e400") }),
      ("a 1e39 1\n", nil, { .notFinite(path: $0, line: 1, column: 2, found: "1e39") }),
      ("a\t1\t2\nb\t3\n", nil, { .tooFewNumbers(path: $0, line: 2, expected: 2, found: 1) }),
      ("-1 -1\na 1 2\n", nil, { .badHeader(path: $0, line: 1, found: "-1 -1") }),
      ("0 2\n", nil, { .badHeader(path: $0, line: 1, found: "0 2") }),
      ("2 0\na 1\n", nil, { .badHeader(path: $0, line: 1, found: "2 0") }),
      (
        "99999999999999999999 2\na 1 2\n", nil,
        { .badHeader(path: $0, line: 1, found: "99999999999999999999 2") }
      ),
      (
        "1 99999999999\na 1 2\n", nil,
        { .dimensionTooLarge(path: $0, line: 1, found: 99_999_999_999, limit: 65_536) }
      ),
      ("9223372036854775807 2\na 1 2\n", nil, { .rowCountMismatch(path: $0, header: .max, found: 1) }),
      ("3 2\na 1 2\nb 3 4\n", nil, { .rowCountMismatch(path: $0, header: 3, found: 2) }),
      ("1 2\na 1 2\nb 3 4\n", nil, { .rowCountMismatch(path: $0, header: 1, found: 2) }),
      ("1 2\n", nil, { .rowCountMismatch(path: $0, header: 1, found: 0) }),
      ("1 3\na 1 2\n", nil, { .tooFewNumbers(path: $0, line: 2, expected: 3, found: 2) }),
      ("1 2\na 1 2 3\n", nil, { .tooManyNumbers(path: $0, line: 2, column: 2, expected: 2, found: "1") }),
      ("1 2\na 1 2\n", 3, { .dimensionMismatch(path: $0, line: 1, expected: 3, found: 2) }),
      ("a 1 2\n", 3, { .tooFewNumbers(path: $0, line: 1, expected: 3, found: 2) }),
      ("a 1 2 3\n", 2, { .tooManyNumbers(path: $0, line: 1, column: 2, expected: 2, found: "1") }),
    ]

  @Test(arguments: broken.indices) func refusesBrokenFilesNamingThePlace(index: Int) throws {
    let (text, dimension, error) = Self.broken[index]
    try withFile(text.utf8, named: "v") { path in
      for vocabulary in [nil, Vocabulary(words: ["a", "b"])] {
        #expect(throws: error(path), "\(text.debugDescription)") {
          try WordVectors.load(path: path, vocabulary: vocabulary, dimension: dimension, seed: 1)
        }
      }
    }
  }

  @Test func randomBytesNeverTrapAndNeverLetANonFiniteNumberIn() throws {
    var generator = SeededGenerator(seed: 31)
    let pieces: [[UInt8]] = [
      [0x20], [0x0A], [0x0D], [0x00], [0xFF], Array("1".utf8), Array("-0.5".utf8), Array("the".utf8),
      Array("nan".utf8), Array("e".utf8), Array(".".utf8), Array("1e99".utf8), [0xC3, 0xA9],
      Array("2 2\n".utf8),
    ]
    let vocabulary = Vocabulary(words: ["the", "1", "e", "."])
    try withTemporaryFolder { folder in
      let path = folder + "/v"
      for _ in 0..<600 {
        let bytes = (0..<Int.random(in: 0...60, using: &generator)).flatMap { _ in
          pieces.randomElement(using: &generator) ?? []
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        for vocabulary in [nil, vocabulary] {
          guard let vectors = try? WordVectors.load(path: path, vocabulary: vocabulary, seed: 1) else {
            continue
          }
          #expect(vectors.rows.allSatisfy { $0.isFinite })
        }
      }
    }
  }

  @Test func missingWordsAreDrawnByIDAndSeed() throws {
    let text = "a 1 2 3 4\nb -1 -2 -3 -4\n"
    let words = (0..<4000).map { "w\($0)" }
    let first = try load(text, vocabulary: ["a", "b"] + words, seed: 5)
    #expect(
      try load("b -1 -2 -3 -4\na 1 2 3 4\n", vocabulary: ["a", "b"] + words, seed: 5).rows == first.rows)
    #expect(
      try load(text, vocabulary: ["a", "b"] + words.prefix(10), seed: 5).rows == Array(first.rows.prefix(56)))
    #expect(try load(text, vocabulary: ["a", "b"] + words, seed: 6).rows != first.rows)
    let drawn = first.rows.dropFirst(16).map(Double.init)
    let mean = drawn.reduce(0, +) / Double(drawn.count)
    let deviation = (drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(drawn.count)).squareRoot()
    #expect(first.mean == 0 && abs(first.standardDeviation - 7.5.squareRoot()) < 1e-12)
    #expect(abs(mean) < 0.1 && abs(deviation - 7.5.squareRoot()) < 0.06)
    // If only <unk> lacks a vector, nothing is reported.
    #expect(!first.found[1] && first.rows[4..<8].allSatisfy { $0 == 0 })
    #expect(first.rows[16..<20].contains { $0 != 0 })
  }

  @Test func aVocabularyWithoutAnyVectorIsAnError() throws {
    try withFile("a 1 2\n".utf8) { path in
      #expect(throws: WordVectorsError.noneFound(path: path, words: 1, rows: 1)) {
        try WordVectors.load(path: path, vocabulary: Vocabulary(words: ["z"]), seed: 1)
      }
      let coverage = try WordVectors.coverage(path: path, vocabulary: Vocabulary(words: ["z"]))
      #expect(coverage.foundCount == 0 && coverage.mostFrequentMissing == ["z"] && coverage.rowCount == 1)
    }
  }

  @Test func invalidUTF8IsRefusedOnlyWhereItWouldBeKept() throws {
    let bytes: [UInt8] = Array("a 1 2\n".utf8) + [0xFF, 0x20, 0x33, 0x20, 0x34, 0x0A]
    try withFile(bytes) { path in
      #expect(throws: WordVectorsError.invalidUTF8(path: path, line: 2)) {
        try WordVectors.load(path: path, vocabulary: nil, seed: 1)
      }
      let vectors = try WordVectors.load(path: path, vocabulary: Vocabulary(words: ["a"]), seed: 1)
      #expect(vectors.rowCount == 2)
    }
  }

  @Test func coverageCountsWordsAndTokens() throws {
    let vocabulary = try Vocabulary(
      fileContents: Array("<pad>\t0\n<unk>\t9\nthe\t6\nzz\t3\nof\t1\n".utf8), path: "v")
    try withFile("of 1 2\nthe 3 4\n<unk> 5 6\n".utf8) { path in
      let coverage = try WordVectors.coverage(path: path, vocabulary: vocabulary)
      #expect(coverage.dimension == 2 && coverage.rowCount == 3)
      #expect(coverage.wordCount == 3 && coverage.foundCount == 2 && coverage.mostFrequentMissing == ["zz"])
      #expect(coverage.tokenCount == 10 && coverage.foundTokenCount == 7 && coverage.tokenShare == 0.7)
    }
  }
}

/// Small, and so large that several threads read it.
@Test(arguments: [100, 60_000])
func readingVectorsEndsWhenAsked(rows: Int) throws {
  let row = "word" + String(repeating: " 0.125", count: 25) + "\n"
  try withFile(String(repeating: row, count: rows).utf8) { path in
    var asked = 0
    do throws(WordVectorsError) {
      _ = try WordVectors.load(path: path, vocabulary: nil, seed: 1) {
        asked += 1
        // For the large one, the inspection of its head is let through.
        return asked > (rows == 100 ? 0 : 2)
      }
      Issue.record("read to its end")
    } catch {
      guard case .input(.interrupted) = error else { throw error }
    }
  }
}
