import DiscernIO
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

@Suite struct WordPieceTests {
  private static let pieces = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##believ", "##able", "film", "!", "中", "cafe", "##s",
    "u",
    "##n", "'", "resume",
  ]

  private func words(_ text: String, _ change: (inout WordPieceConfiguration) -> Void = { _ in }) throws
    -> [String]
  {
    var configuration = WordPieceConfiguration()
    change(&configuration)
    let tokenizer = try WordPieceTokenizer(pieces: Self.pieces, configuration: configuration)
    return tokenizer.encode(text).ids.map { tokenizer.pieces[Int($0)] }
  }

  @Test func theLongestPiecesAreTaken() throws {
    #expect(
      try words("Unbelievable film!") == ["[CLS]", "un", "##believ", "##able", "film", "!", "[SEP]"])
    #expect(try words("unbelievably") == ["[CLS]", "[UNK]", "[SEP]"])
    #expect(try words("") == ["[CLS]", "[SEP]"])
    #expect(
      try words("Cafés\u{0}\u{200B} re\u{301}sume\u{301}") == ["[CLS]", "cafe", "##s", "resume", "[SEP]"])
    #expect(try words("中中film") == ["[CLS]", "中", "中", "film", "[SEP]"])
    #expect(try words("film", { $0.lowercase = false }) == ["[CLS]", "film", "[SEP]"])
    #expect(try words("FILM", { $0.lowercase = false }) == ["[CLS]", "[UNK]", "[SEP]"])
    #expect(try words("café", { $0.stripsAccents = false }) == ["[CLS]", "[UNK]", "[SEP]"])
    #expect(try words("a[MASK]film") == ["[CLS]", "[UNK]", "[MASK]", "film", "[SEP]"])
    #expect(try words("[mask]film").first == "[CLS]")
    #expect(try words("[mask]film").contains("[MASK]") == false)
    #expect(try words(String(repeating: "u", count: 101)) == ["[CLS]", "[UNK]", "[SEP]"])
    #expect(try words("film film film film", { $0.maximumPieces = 4 }) == ["[CLS]", "film", "film", "[SEP]"])
  }

  @Test func placesAreThoseOfTheTextAsItCame() throws {
    let tokenizer = try WordPieceTokenizer(pieces: Self.pieces)
    let text = "Ein CAFÉS\u{0} re\u{301}sume\u{301}!"
    let result = tokenizer.encode(text)
    let utf8 = Array(text.utf8)
    let found = result.spans.map { String(decoding: utf8[$0], as: UTF8.self) }
    #expect(found == ["", "Ein", "CAFÉ", "S", "re\u{301}sume\u{301}", "!", ""])
    #expect(result.cut == 0)
  }

  @Test func aVocabularyThatCannotBeIsNamed() throws {
    #expect(throws: WordPieceError.empty) { try WordPieceTokenizer(pieces: []) }
    #expect(throws: WordPieceError.duplicate(piece: "a", first: 1, second: 2)) {
      try WordPieceTokenizer(pieces: ["[UNK]", "a", "a"])
    }
    #expect(throws: WordPieceError.missing(piece: "[CLS]")) { try WordPieceTokenizer(pieces: ["[UNK]"]) }
    #expect(throws: WordPieceError.lineEnd(number: 1, piece: "a\r\n")) {
      try WordPieceTokenizer(pieces: ["[UNK]", "a\r\n"])
    }
    #expect(throws: WordPieceError.missingSpecial(token: "[NEW]")) {
      try WordPieceTokenizer(pieces: Self.pieces, specialTokens: ["[NEW]"])
    }
  }

  /// Long runs of marks are sorted in at most n log n steps.
  @Test func manyMarksTakeNoTime() throws {
    var text = "e"
    for _ in 0..<200_000 { text += "\u{301}\u{323}" }
    #expect(try words(text + "film") == ["[CLS]", "[UNK]", "[SEP]"])
  }

  private static let script = "Tests/Golden/wordpiece.py"
  private static let folder = PeerPython.line(of: script)

  /// Random strings of characters that Unicode 15.0 assigns, of all planes and of those with marks.
  private static func randomTexts(_ count: Int) -> [String] {
    let assigned = (0..<0x30000 as Range<UInt32>).compactMap(Unicode.Scalar.init).filter {
      guard let age = $0.properties.age else { return false }
      return age.major <= 15
        && ($0.value < 0x3400 || $0.value % 16 == 0 || $0.value > 0xA000 && $0.value < 0xAC00)
    }
    let marks = assigned.filter { $0.properties.canonicalCombiningClass != .notReordered }
    var random = SeededGenerator(seed: 17)
    return (0..<count).map { _ in
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 1...24, using: &random) {
        let choice = Int.random(in: 0..<6, using: &random)
        if choice == 0, let mark = marks.randomElement(using: &random) {
          text.append(mark)
        } else if choice < 4, let scalar = assigned.randomElement(using: &random) {
          text.append(scalar)
        } else {
          text.append(Unicode.Scalar(UInt8.random(in: 0x20..<0x7F, using: &random)))
        }
      }
      return String(text)
    }
  }

  /// The rows of the training and development parts of all public sets, and the list of naughty strings.
  private static func sharedTexts() throws -> [String] {
    if !SharedData.isPresent { return [] }
    var texts: [String] = []
    for set in try FileManager.default.contentsOfDirectory(atPath: SharedData.path("data")).sorted() {
      for part in ["train", "dev", "val"] {
        let path = SharedData.path("data/\(set)/\(part).tsv")
        guard let content = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
        let rows = content.utf8.split(separator: 0x0A)
        texts += rows.prefix(isLong ? .max : 1_000).map { String(Substring($0)) }
      }
    }
    let list = try Data(contentsOf: URL(fileURLWithPath: SharedData.path("suites/blns/blns.json")))
    return texts + (try JSONDecoder().decode([String].self, from: list))
  }

  /// Whether all texts are compared: `DISCERN_LONG_TESTS` is the number of random ones.
  private static let longTests = ProcessInfo.processInfo.environment["DISCERN_LONG_TESTS"].flatMap {
    Int($0)
  }
  private static var isLong: Bool { longTests != nil }

  /// The same numbers as Hugging Face's tokenizers: of random texts, some of which are cut, and of whole
  /// ones.
  @Test(.enabled(if: folder != nil)) func numbersAreThoseOfTokenizers() throws {
    try compare(Self.randomTexts(Self.longTests ?? 5_000), longest: 128)
    let texts = try Self.sharedTexts()
    // So many at a time.
    for start in stride(from: 0, to: texts.count, by: 20_000) {
      try compare(Array(texts[start..<min(start + 20_000, texts.count)]), longest: 1_000_000)
    }
  }

  private func compare(_ texts: [String], longest: Int) throws {
    let path = try #require(Self.folder)
    let pieces = try String(contentsOfFile: path + "/vocab.txt", encoding: .utf8).split(separator: "\n").map(
      String.init)
    var configuration = WordPieceConfiguration()
    configuration.maximumPieces = longest
    let tokenizer = try WordPieceTokenizer(pieces: pieces, configuration: configuration)
    let lines = texts.map { JSONText.string($0) + "\n" }.joined()
    let output = try #require(
      PeerPython.output(of: Self.script, [path, "\(longest)"], input: Data(lines.utf8)))
    let expected = String(decoding: output, as: UTF8.self).utf8.split(separator: 0x0A)
    #expect(expected.count == texts.count)
    var wrong = 0
    for (text, line) in zip(texts, expected) {
      let found = tokenizer.encode(text)
      if line.elementsEqual(found.ids.map(String.init).joined(separator: " ").utf8) { continue }
      wrong += 1
      if wrong < 10 {
        Issue.record("\(text.unicodeScalars.map { String($0.value, radix: 16) }): \(found.ids)")
      }
    }
    #expect(wrong == 0, "of \(texts.count)")
  }
}
