import DiscernIO
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

/// Files so large that they are read in parts, and compressed ones.
@Suite struct VectorFileTests {
  private static let numbers = (0..<130).map { "\(Double($0) / 8 - 2)" }

  /// Row `index` has the vector that begins at `index % 30` of `numbers`, 100 long.
  private static func row(_ index: Int) -> String {
    "w\(index)" + String(repeating: "x", count: index % 40) + " "
      + numbers[index % 30..<index % 30 + 100].joined(separator: " ") + "\n"
  }

  /// The same number a hundred times.
  private static func hundred(_ number: String) -> String {
    String(repeating: " " + number, count: 100) + "\n"
  }

  private static let lineCount = 17_000

  private static func text(_ change: (Int) -> String?) -> Data {
    var data = Data()
    for index in 0..<lineCount { data.append(contentsOf: (change(index) ?? row(index)).utf8) }
    return data
  }

  private static func token(_ index: Int) -> String {
    "w\(index)" + String(repeating: "x", count: index % 40)
  }

  @Test func partsGiveWhatTheWholeWould() throws {
    let data = Self.text { index in
      switch index {
      case 13_000: Self.token(5) + Self.hundred("9")  // a later row of a token does not count
      case 13_001: Self.token(7) + Self.hundred("9")
      case 16_000: "\u{A0}" + Self.hundred("6")
      case 8_000: "\r\n"
      case 9_000: "the end" + Self.hundred("7")
      case 15_000: "<unk>" + Self.hundred("8")
      default: nil
      }
    }
    #expect(data.count > 1 << 23)
    let wanted = stride(from: 0, to: Self.lineCount, by: 7).map(Self.token) + ["the end", "missing"]
    let replaced = Set([13_000, 8_000, 9_000, 15_000].map(Self.token))
    try withFile(data) { path in
      let vocabulary = Vocabulary(words: wanted)
      let vectors = try WordVectors.load(path: path, vocabulary: vocabulary, seed: 1)
      #expect(vectors.dimension == 100 && vectors.rowCount == Self.lineCount - 1)
      #expect(vectors.foundCount == wanted.filter { !replaced.contains($0) }.count - 1)
      for index in stride(from: 0, to: Self.lineCount, by: 7) where !replaced.contains(Self.token(index)) {
        let id = Int(vocabulary.id(of: Self.token(index)))
        let expected = Self.numbers[index % 30..<index % 30 + 100].map { Float($0) ?? .nan }
        #expect(vectors.found[id] && Array(vectors.rows[id * 100..<id * 100 + 100]) == expected)
      }
      let spaced = Int(vocabulary.id(of: "the end"))
      #expect(vectors.found[spaced] && vectors.rows[spaced * 100] == 7)
      #expect(vectors.found[1] && vectors.rows[100] == 8)
      #expect(vectors.repeatedRowCount == 1 && vectors.rowsWithoutTokenCount == 1)
      let all = try WordVectors.load(path: path, vocabulary: nil, seed: 1)
      #expect(all.repeatedRowCount == 2 && all.rowsWithoutTokenCount == 1)
      #expect(all.foundCount == Self.lineCount - 5 && all.rowCount == Self.lineCount - 1)
      #expect(all.vocabulary.token(at: 2) == Self.token(0) && all.vocabulary.token(at: 51) == Self.token(49))
      let again = Int(all.vocabulary.id(of: Self.token(5)))
      #expect(again == 7 && all.rows[again * 100] == Float(Self.numbers[5]))
    }
  }

  /// The rows inspected to find the layout reuse the memory in which the header was read.
  @Test func aHeaderBeforeLongRowsIsUnderstood() throws {
    let rows = (0..<120).map { row in
      "w\(row)" + (0..<900).map { " \(Double(($0 + row) % 64) / 8 - 4)" }.joined()
    }
    for hasHeader in [true, false] {
      let text = (hasHeader ? ["120 900"] : []) + rows
      try withFile(Data(text.joined(separator: "\n").utf8 + [0x0A])) { path in
        let vocabulary = Vocabulary(words: ["w7", "120", "w119"])
        let vectors = try WordVectors.load(path: path, vocabulary: vocabulary, seed: 1)
        #expect(vectors.dimension == 900 && vectors.rowCount == 120 && vectors.foundCount == 2)
        let id = Int(vocabulary.id(of: "w119"))
        #expect(Array(vectors.rows[id * 900..<id * 900 + 2]) == [2.875, 3])
      }
    }
  }

  @Test func errorsInLaterPartsNameTheirLine() throws {
    func other(_ index: Int) -> Vocabulary { Vocabulary(words: [Self.token(index)]) }
    let data = Self.text {
      $0 == 14_999 ? Self.token(14_999) + " 1 2 3 4 5 6 x" + Self.hundred("8").dropFirst(14) : nil
    }
    try withFile(data) { path in
      for vocabulary in [nil, Vocabulary(words: [Self.token(14_999)])] {
        #expect(throws: WordVectorsError.notANumber(path: path, line: 15_000, column: 8, found: "x")) {
          try WordVectors.load(path: path, vocabulary: vocabulary, seed: 1)
        }
      }
      // A vocabulary without that word is not affected …
      let vectors = try WordVectors.load(path: path, vocabulary: other(1), seed: 1)
      #expect(vectors.rowCount == Self.lineCount)
    }
    // … and the filter's chance hits, whose tokens the process's hash decides, do not change that.
    let broken = Self.text {
      $0 < 2000 ? nil : Self.token($0) + " 1 2 3 4 5 6 x" + Self.hundred("8").dropFirst(14)
    }
    try withFile(broken) { path in
      let vectors = try WordVectors.load(path: path, vocabulary: other(1), seed: 1)
      #expect(vectors.rowCount == Self.lineCount && vectors.foundCount == 1)
    }
    // … but a row that is too short is always detected, and so is a truncated last line.
    try withFile(Self.text { $0 == 14_999 ? "short 1 2 3\n" : nil }) { path in
      #expect(throws: WordVectorsError.tooFewNumbers(path: path, line: 15_000, expected: 100, found: 3)) {
        try WordVectors.load(path: path, vocabulary: Vocabulary(words: [Self.token(1)]), seed: 1)
      }
    }
    try withFile(Self.text { _ in nil }.dropLast(8)) { path in
      #expect(throws: WordVectorsError.self) {
        try WordVectors.load(path: path, vocabulary: Vocabulary(words: [Self.token(1)]), seed: 1)
      }
    }
  }

  // The text "the 0.5 -1\nof 2 3e-1\n", by Python's gzip, lzma, bz2 and zipfile:
  //   gzip.compress(text, mtime=0), lzma.compress(text), bz2.compress(text),
  //   ZipFile(…).writestr(ZipInfo("v.txt"), text), each through base64.b64encode
  private static let compressed = [
    "H4sIAAAAAAACAyvJSFUw0DNV0DXkyk9TMFIwTgWyAOvwAlYVAAAA",
    "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAUdGhlIDAuNSAtMQpvZiAyIDNlLTEKAAAAAD74KKRlwK8gAAEtFS8LcW0ftvN9AQAA"
      + "AAAEWVo=",
    "QlpoOTFBWSZTWYtyfIcAAApZgAAQQAN6AANAhAAgACGhMjaCEAACBJo94WkKDd5uj4u5IpwoSEW5PkOA",
    """
    UEsDBBQAAAAAAAAAIQDr8AJWFQAAABUAAAAFAAAAdi50eHR0aGUgMC41IC0xCm9mIDIgM2UtMQpQSwECFAMUAAAAAAAAACEA6/ACVhUA
    AAAVAAAABQAAAAAAAAAAAAAAgAEAAAAAdi50eHRQSwUGAAAAAAEAAQAzAAAAOAAAAAAA
    """,
  ]

  @Test(arguments: compressed) func readsCompressedFilesAndRefusesCutOnes(base64: String) throws {
    let data = try #require(Data(base64Encoded: base64, options: .ignoreUnknownCharacters))
    let vectors = try withFile(data) { try WordVectors.load(path: $0, vocabulary: nil, seed: 1) }
    #expect(Array(vectors.rows[4...]) == [0.5, -1, 2, 0.3])
    try withFile(data.dropLast(3)) { path in
      do {
        let vectors = try WordVectors.load(path: path, vocabulary: Vocabulary(words: ["the"]), seed: 1)
        Issue.record("read \(vectors.rowCount) rows")
      } catch let error as WordVectorsError {
        guard case .input(.corrupt(path, _)) = error else {
          Issue.record("\(error)")
          return
        }
      }
    }
  }

  @Test(.enabled(if: SharedData.isPresent)) func readsGloVeStraightFromItsArchive() throws {
    let path = SharedData.path("data/glove/glove.6B.50d.txt.xz")
    let vocabulary = Vocabulary(words: ["the", "sandberger", "n't", "qqqqqq"])
    let vectors = try WordVectors.load(path: path, vocabulary: vocabulary, seed: 1)
    #expect(vectors.dimension == 50 && vectors.rowCount == 400_000 && vectors.foundCount == 3)
    #expect(vectors.rows[100] == 0.418 && vectors.rows[149] == -0.78581 && vectors.rows[199] == 0.55559)
  }
}
