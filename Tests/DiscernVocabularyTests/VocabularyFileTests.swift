import DiscernIO
import DiscernText
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

@Suite struct VocabularyFileTests {
  private func counted(_ tokens: [String: Int]) -> Vocabulary {
    var builder = VocabularyBuilder()
    for (token, count) in tokens { for _ in 0..<count { builder.add(token) } }
    return builder.build()
  }

  @Test func isTextThatAPersonCanRead() {
    let vocabulary = counted(["the": 3, "tab\there": 2, "a\\n": 1, "\n\r": 1, "<unk>": 4])
    let text = "<pad>\t0\n<unk>\t4\nthe\t3\ntab\\there\t2\n\\n\\r\t1\na\\\\n\t1\n"
    #expect(String(decoding: vocabulary.fileContents, as: UTF8.self) == text)
  }

  @Test func randomTokensComeBack() throws {
    var generator = SeededGenerator(seed: 21)
    let alphabet: [Character] = [
      "a", "b", "\\", "\t", "\n", "\r", " ", "\0", "n", "t", "é", "e\u{301}", "\u{85}", "\u{2028}",
      "\u{FEFF}",
      "😀", "\u{A0}", "<", ">",
    ]
    var builder = VocabularyBuilder()
    for _ in 0..<20_000 {
      let length = Int.random(in: 1...6, using: &generator)
      builder.add(String((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "a" }))
    }
    let vocabulary = builder.build()
    #expect(try Vocabulary(fileContents: vocabulary.fileContents, path: "memory") == vocabulary)
    try withTemporaryFolder { folder in
      let path = folder + "/vocabulary.txt"
      try vocabulary.write(to: path)
      let back = try Vocabulary(path: path)
      #expect(back == vocabulary)
      #expect((0..<back.count).allSatisfy { back.tokenCount(at: $0) == vocabulary.tokenCount(at: $0) })
      for id in 2..<back.count { #expect(back.id(of: back.token(at: id)) == Int32(id)) }
    }
  }

  @Test func randomBytesInABuilderNeverSpoilTheFile() throws {
    var generator = SeededGenerator(seed: 22)
    var builder = VocabularyBuilder()
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      bytes.withUnsafeBufferPointer { builder.add($0) }
    }
    let vocabulary = builder.build()
    #expect(try Vocabulary(fileContents: vocabulary.fileContents, path: "memory") == vocabulary)
  }

  @Test func aLastLineMayLackItsNewlineAndOrderIsFree() throws {
    let vocabulary = try Vocabulary(fileContents: Array("<pad>\t0\n<unk>\t7\nb\t1\na\t5".utf8), path: "v")
    #expect(vocabulary.id(of: "b") == 2 && vocabulary.tokenCount(at: 3) == 5)
    #expect(vocabulary.tokenCount(at: 1) == 7)
  }

  /// A file of another version has other keys.
  @Test func aTokenizersKeysMayBeInAnyOrderButMustBeKnown() throws {
    func read(_ more: String) throws -> Vocabulary {
      let json =
        #"{"numbers":"zero","html":true,"joinPunctuationRuns":true,"locale":"tr","lowercase":true,"#
        + #""normalization":"nfc","punctuation":"keep"\#(more)}"#
      return try Vocabulary(fileContents: Array("<pad>\t0\t\(json)\n<unk>\t0\n".utf8), path: "v")
    }
    var expected = TokenizerConfiguration()
    expected.numbers = .zero
    expected.locale = "tr"
    expected.icuVersion = "unknown"
    #expect(try read("").tokenizer == expected)
    expected.icuVersion = "1"
    #expect(try read(#","icuVersion":"1""#).tokenizer == expected)
    #expect(throws: VocabularyError.self) { try read(#","stems":true"#) }
  }

  private static let bad: [(String, VocabularyError)] = [
    ("", .specialLine(path: "v", line: 1, expected: "<pad>", found: "")),
    ("\n", .specialLine(path: "v", line: 1, expected: "<pad>", found: "")),
    ("the\t5\n", .specialLine(path: "v", line: 1, expected: "<pad>", found: "the")),
    ("\u{FEFF}", .specialLine(path: "v", line: 1, expected: "<pad>", found: "")),
    ("<pad>\t0\t{}\n", .badTokenizer(path: "v", found: "{}")),
    ("<pad>\t0\t\n", .badTokenizer(path: "v", found: "")),
    ("<pad>\t0\n", .specialLine(path: "v", line: 2, expected: "<unk>", found: "")),
    ("<pad>\t0\n<pad>\t0\n", .specialLine(path: "v", line: 2, expected: "<unk>", found: "<pad>")),
    ("<pad>\n<unk>\t0\n", .missingCount(path: "v", line: 1)),
    ("<pad>\t3\n<unk>\t0\n", .badCount(path: "v", line: 1, found: "3")),
  ]

  private static let badThirdLines: [(String, VocabularyError)] = [
    ("", .missingCount(path: "v", line: 3)), ("the", .missingCount(path: "v", line: 3)),
    ("the 5", .missingCount(path: "v", line: 3)), ("\t5", .emptyToken(path: "v", line: 3)),
    ("the\t", .badCount(path: "v", line: 3, found: "")),
    ("the\t-1", .badCount(path: "v", line: 3, found: "-1")),
    ("the\t+1", .badCount(path: "v", line: 3, found: "+1")),
    ("the\t1.0", .badCount(path: "v", line: 3, found: "1.0")),
    ("the\t1 ", .badCount(path: "v", line: 3, found: "1 ")),
    ("the\t1\r", .mixedLineEnds(path: "v", line: 3)),
    (
      "a\t9223372036854775807\nb\t1", .countsTooLarge(path: "v", line: 4)
    ),
    ("the\t１", .badCount(path: "v", line: 3, found: "１")),
    ("the\t99999999999999999999", .badCount(path: "v", line: 3, found: "99999999999999999999")),
    ("the\t1\t2", .badCount(path: "v", line: 3, found: "1\t2")),
    ("a\\x\t1", .badEscape(path: "v", line: 3, found: "\\x")),
    ("a\\\t1", .badEscape(path: "v", line: 3, found: "\\")),
    ("a\rb\t1", .badEscape(path: "v", line: 3, found: "carriage return")),
    ("<pad>\t1", .duplicateToken(path: "v", line: 3, token: "<pad>", firstLine: 1)),
    ("<unk>\t1", .duplicateToken(path: "v", line: 3, token: "<unk>", firstLine: 2)),
    ("x\t1\ny\t1\nx\t1", .duplicateToken(path: "v", line: 5, token: "x", firstLine: 3)),
  ]

  @Test func everyOddityIsAnErrorThatNamesItsLine() {
    let head = "<pad>\t0\n<unk>\t0\n"
    for (text, expected) in Self.bad + Self.badThirdLines.map({ (head + $0 + "\n", $1) }) {
      #expect(throws: expected, "\(text.debugDescription)") {
        try Vocabulary(fileContents: Array(text.utf8), path: "v")
      }
    }
    #expect(throws: VocabularyError.invalidUTF8(path: "v", line: 3)) {
      try Vocabulary(fileContents: Array(head.utf8) + [0xC3, 0x28, 0x09, 0x31, 0x0A], path: "v")
    }
    #expect(throws: VocabularyError.input(.notFound(path: "/nowhere/v.txt"))) {
      try Vocabulary(path: "/nowhere/v.txt")
    }
  }

  @Test func lineEndsAndMarksOfEditorsAreRead() throws {
    let plain = "<pad>\t0\n<unk>\t7\nb\t1\na\\r\t5\n"
    let vocabulary = try Vocabulary(fileContents: Array(plain.utf8), path: "v")
    let windows = "\u{FEFF}" + plain.replacingOccurrences(of: "\n", with: "\r\n")
    for text in [windows, String(windows.unicodeScalars.dropLast(2))] {
      let read = try Vocabulary(fileContents: Array(text.utf8), path: "v")
      #expect(read == vocabulary && read.hadCarriageReturns && !vocabulary.hadCarriageReturns)
      #expect(read.token(at: 3) == "a\r")
      try withFile(text.utf8) { path in
        let read = try Vocabulary(path: path)
        #expect(read == vocabulary && read.hadCarriageReturns)
      }
    }
    // Conversely, a line in the middle has kept its LF.
    #expect(throws: VocabularyError.mixedLineEnds(path: "v", line: 2)) {
      try Vocabulary(fileContents: Array("<pad>\t0\r\n<unk>\t0\nb\t1\r\n".utf8), path: "v")
    }
  }

  @Test func theTokenizerIsRemembered() throws {
    var vocabulary = counted(["a": 2, "b": 1])
    var tokenizer = TokenizerConfiguration()
    tokenizer.locale = "tr"
    tokenizer.splitContractions = true
    vocabulary.tokenizer = tokenizer
    try withTemporaryFolder { folder in
      try vocabulary.write(to: folder + "/v")
      #expect(try Vocabulary(path: folder + "/v").tokenizer == tokenizer)
    }
    #expect(try Vocabulary(fileContents: vocabulary.fileContents, path: "v") == vocabulary)
    // A setting that this version does not have is not ignored.
    let text = String(decoding: vocabulary.fileContents, as: UTF8.self)
      .replacingOccurrences(of: "{\"html\"", with: "{\"future\":1,\"html\"")
    #expect(throws: VocabularyError.self) { try Vocabulary(fileContents: Array(text.utf8), path: "v") }
  }

  @Test func whatIsFoundInAnotherKindOfFileIsCutShort() {
    let long = String(repeating: "[", count: 100_000)
    for text in [long, "<pad>\t0\n<unk>\t0\na\t\(long)", "<pad>\t0\t\(long)\n<unk>\t0\n"] {
      #expect {
        try Vocabulary(fileContents: Array(text.utf8), path: "v")
      } throws: { error in
        "\(error)".contains("[[…") && "\(error)".count < 300
      }
    }
  }

  @Test func writingLeavesTheWholeFileOrNothing() throws {
    let vocabulary = counted(["a": 1])
    try withTemporaryFolder { folder in
      let path = folder + "/v.txt"
      try Data("old".utf8).write(to: URL(fileURLWithPath: path))
      try vocabulary.write(to: path)
      #expect(try Vocabulary(path: path) == vocabulary)
      // A folder that is not empty is at the file's path: the rename fails.
      let blocked = folder + "/blocked"
      try FileManager.default.createDirectory(atPath: blocked + "/x", withIntermediateDirectories: true)
      #expect(throws: VocabularyError.self) { try vocabulary.write(to: blocked) }
      #expect(throws: VocabularyError.self) { try vocabulary.write(to: folder + "/missing/v.txt") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["blocked", "v.txt"])
    }
  }
}
