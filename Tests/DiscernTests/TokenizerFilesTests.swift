import Discern
import DiscernBundle
import DiscernIO
import Foundation
import TestSupport
import Testing

private typealias Content = [String: Any]

private func change(_ part: String, _ content: inout Content, _ body: (inout Content) -> Void) {
  var inner = content[part] as? Content ?? [:]
  body(&inner)
  content[part] = inner
}

private func message(_ folder: String) -> String {
  do throws(TransformerFolderError) {
    _ = try TransformerFolder(path: folder)
    return ""
  } catch { return error.description }
}

@Suite struct TokenizerFilesTests {
  private static let texts = [
    "good films.", "Good FILM", "göod Film", "中good", "[MASK] [mask]", "dull\u{7}plot", "", "goodfilms",
  ]
  private static let script = "Tests/Golden/tokenizer_class.py"
  private static let peer = PeerPython.line(of: script)

  /// Choices of `tokenizer.json`, of `tokenizer_config.json`, and whether an upper-cased word is known.
  private static let cases: [(json: [String: Bool], config: String, lowers: Bool)] = {
    var result: [([String: Bool], String, Bool)] = []
    for name in ["", #", "tokenizer_class": "BertTokenizer""#, #", "tokenizer_class": "BertTokenizerFast""#] {
      result += [
        (["lowercase": false], #""model_max_length": 16"# + name, true),
        (["lowercase": true], #""do_lower_case": false"# + name, false),
        (["lowercase": true, "strip_accents": false], #""strip_accents": true"# + name, true),
        (["handle_chinese_chars": false], #""do_lower_case": true"# + name, true),
        (["lowercase": true], #""tokenize_chinese_chars": false"# + name, true),
      ]
    }
    for name in ["PreTrainedTokenizerFast", "TokenizersBackend"] {
      let named = #", "tokenizer_class": "\#(name)""#
      result += [
        (["lowercase": false], #""do_lower_case": true"# + named, false),
        (["lowercase": true], #""do_lower_case": false"# + named, true),
        (["lowercase": false, "strip_accents": true], #""strip_accents": false"# + named, false),
        (
          ["handle_chinese_chars": false, "clean_text": false], #""tokenize_chinese_chars": true"# + named,
          true
        ),
      ]
    }
    return result
  }()

  private static func write(_ number: Int, to folder: String) throws {
    try TransformerFixture.write("bert", to: folder)
    try TransformerFixture.writeTokenizer(to: folder) { content in
      change("normalizer", &content) { normalizer in
        for (key, value) in cases[number].json { normalizer[key] = value }
      }
    }
    try Data("{\(cases[number].config)}".utf8).write(
      to: URL(fileURLWithPath: folder + "/tokenizer_config.json"))
  }

  @Test(arguments: cases.indices) func theClassSaysWhichChoicesHold(number: Int) throws {
    try withTemporaryFolder { folder in
      try Self.write(number, to: folder)
      let tokenizer = try TransformerFolder(path: folder).tokenizer
      #expect((tokenizer.encode("FILM").ids == [2, 6, 3]) == Self.cases[number].lowers)
    }
  }

  /// The same numbers as those of transformers.
  @Test(.enabled(if: peer != nil), arguments: cases.indices) func numbersAreThoseOfTransformers(number: Int)
    throws
  {
    try withTemporaryFolder { folder in
      try Self.write(number, to: folder)
      let tokenizer = try TransformerFolder(path: folder).tokenizer
      let lines = Self.texts.map { JSONText.string($0) + "\n" }.joined()
      let output = try #require(PeerPython.output(of: Self.script, [folder], input: Data(lines.utf8)))
      let expected = String(decoding: output, as: UTF8.self).utf8.split(separator: 0x0A).map {
        String(Substring($0))
      }
      let own = Self.texts.map { tokenizer.encode($0).ids.map(String.init).joined(separator: " ") }
      #expect(own == expected, "\(Self.cases[number])")
    }
  }

  @Test func whatIsNotKnownOfATokenizerIsNamed() throws {
    try withTemporaryFolder { folder in
      try TransformerFixture.write("bert", to: folder)
      func expect(_ words: String, _ body: (inout Content) -> Void) throws {
        try TransformerFixture.writeTokenizer(to: folder, body)
        let text = message(folder)
        #expect(words.isEmpty ? text.isEmpty : text.contains(words), "\(words): \(text)")
      }
      func inModel(_ words: String, _ body: (inout Content) -> Void) throws {
        try expect(words) { change("model", &$0, body) }
      }
      func inVocabulary(_ words: String, _ body: (inout Content) -> Void) throws {
        try inModel(words) { change("vocab", &$0, body) }
      }
      func inProcessor(_ words: String, _ body: (inout Content) -> Void) throws {
        try expect(words) { change("post_processor", &$0, body) }
      }
      try expect("") { _ in }
      try inModel("its unk_token is not [UNK]") { $0["unk_token"] = "<unk>" }
      try inModel("its max_input_chars_per_word is not 100") { $0["max_input_chars_per_word"] = 20 }
      try inModel("its continuing_subword_prefix is not that of a BertTokenizer") {
        $0["continuing_subword_prefix"] = "@@"
      }
      try expect("its clean_text is not that") { change("normalizer", &$0) { $0["clean_text"] = false } }
      try inVocabulary("the vocabulary lacks “[UNK]”, which every text needs") { $0["[UNK]"] = nil }
      try inVocabulary("the pieces “") { $0["film"] = 5 }
      try inVocabulary("the piece “film” has the id -1") { $0["film"] = -1 }
      try inVocabulary("the piece “plot” has the id 12; 12 pieces must have those from 0 to 11") {
        $0["film"] = nil
      }
      try expect("the added token “[NEW]” has no id") {
        $0["added_tokens"] = [["id": 13, "content": "[NEW]", "special": true]]
      }
      try inProcessor("") {
        $0 = ["type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]]
      }
      let around = "its post_processor adds something other"
      try inProcessor(around) { $0 = ["type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 4]] }
      try inProcessor(around) { change("special_tokens", &$0) { change("[CLS]", &$0) { $0["ids"] = [4] } } }
      try inProcessor(around) {
        var parts = $0["single"] as? [Content] ?? []
        parts.swapAt(0, 2)
        $0["single"] = parts
      }
      try inProcessor(around) { $0["single"] = ($0["single"] as? [Content] ?? []).dropFirst().map(\.self) }
      try inProcessor(around) {
        var parts = $0["single"] as? [Content] ?? []
        parts[1] = ["Sequence": ["id": "A", "type_id": 1]]
        $0["single"] = parts
      }
    }
  }

  @Test func aVocabularyWithoutAMaskIsNamed() throws {
    try withTemporaryFolder { folder in
      try TransformerFixture.write("bert", to: folder)
      let pieces = TransformerFixture.pieces.map { $0 == "[MASK]" ? "mask" : $0 }
      try Data(pieces.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder + "/vocab.txt"))
      #expect(message(folder).contains("the special token “[MASK]” is not a piece of the vocabulary"))
    }
  }
}
