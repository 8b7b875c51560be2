import DiscernIO
import DiscernVocabulary

/// A WordPiece tokenizer's `tokenizer.json`.
struct TokenizerJSON {
  private let file: FolderJSON
  private let vocabulary: JSONValue?

  init(_ file: FolderJSON) {
    self.file = file
    vocabulary = file["model"]?["vocab"]
  }

  /// Throws unless each part is of a known kind.
  func check() throws(TransformerFolderError) {
    for (part, known) in [
      ("model", ["WordPiece"]), ("normalizer", ["BertNormalizer"]), ("pre_tokenizer", ["BertPreTokenizer"]),
      ("post_processor", ["TemplateProcessing", "BertProcessing"]),
    ] {
      let type = file[part]?["type"]?.string ?? "none"
      guard known.contains(type) else {
        throw file.unsupported(
          "its \(part) is \(DisplayText.escaped(type)), expected \(known.joined(separator: " or "))")
      }
    }
    guard file["model"]?["unk_token"]?.string ?? "[UNK]" == "[UNK]" else {
      throw file.unsupported("its unk_token is not [UNK], which is not supported")
    }
    guard file["model"]?["max_input_chars_per_word"]?.int ?? 100 == 100 else {
      throw file.unsupported("its max_input_chars_per_word is not 100, which is not supported")
    }
    for piece in ["[UNK]", "[CLS]", "[SEP]"] where number(piece) == nil {
      throw .pieces(path: file.path, .missing(piece: piece))
    }
    guard file["post_processor"].map(isUsual) ?? false else {
      throw file.unsupported(
        "its post_processor adds something other than [CLS] and [SEP] with their ids and the type_id 0, "
          + "which is not supported")
    }
  }

  private func number(_ piece: String) -> Int? { vocabulary?[piece]?.int }

  /// Whether a text is put between `[CLS]` and `[SEP]`.
  private func isUsual(_ processor: JSONValue) -> Bool {
    let frame = [("[CLS]", "cls"), ("[SEP]", "sep")]
    if processor["type"]?.string == "BertProcessing" {
      return frame.allSatisfy { token, key in
        let pair = processor[key]?.array ?? []
        return pair.count == 2 && pair[0].string == token && pair[1].int == number(token)
      }
    }
    let numbers = processor["special_tokens"]
    guard let single = processor["single"]?.array, single.count == 3,
      frame.allSatisfy({ token, _ in
        numbers?[token]?["ids"]?.array?.map(\.int) == [number(token)]
      })
    else { return false }
    return zip(single, [("SpecialToken", "[CLS]"), ("Sequence", "A"), ("SpecialToken", "[SEP]")]).allSatisfy {
      part, expected in
      part[expected.0]?["id"]?.string == expected.1 && part[expected.0]?["type_id"]?.int == 0
    }
  }

  /// Reads the settings of the normalizer and the prefix of continuing pieces.
  func read(into configuration: inout WordPieceConfiguration) throws(TransformerFolderError) {
    func flag(_ key: String) throws(TransformerFolderError) -> Bool? {
      guard let value = file["normalizer"]?[key], value != .null else { return nil }
      guard let flag = value.bool else { throw file.unsupported("\(key) is neither null, true nor false") }
      return flag
    }
    configuration.cleansText = try flag("clean_text") ?? true
    configuration.separatesIdeographs = try flag("handle_chinese_chars") ?? true
    configuration.stripsAccents = try flag("strip_accents")
    configuration.lowercase = try flag("lowercase") ?? true
    configuration.continuation = file["model"]?["continuing_subword_prefix"]?.string ?? "##"
  }

  /// Throws if settings differ from the defaults: for a tokenizer class with its own options, versions
  /// interpret them differently.
  func requireDefaults(of className: String) throws(TransformerFolderError) {
    var configuration = WordPieceConfiguration()
    try read(into: &configuration)
    for (key, isDefault) in [
      ("clean_text", configuration.cleansText),
      ("continuing_subword_prefix", configuration.continuation == "##"),
    ] where !isDefault {
      throw file.unsupported(
        "its \(key) is not that of a \(DisplayText.escaped(className)), which tokenizer_config.json names; "
          + "name PreTrainedTokenizerFast there if this file is right")
    }
  }

  /// The pieces by their ids, which run from 0 without gaps.
  func pieces() throws(TransformerFolderError) -> [String] {
    let members = vocabulary?.object ?? []
    var pieces = [String?](repeating: nil, count: members.count)
    for member in members {
      let name = DisplayText.escaped(member.key)
      guard let number = member.value.int, pieces.indices.contains(number) else {
        throw file.unsupported(
          "the piece “\(name)” has the id \(member.value.number ?? "none"); \(members.count) pieces must "
            + "have those from 0 to \(members.count - 1)")
      }
      if let other = pieces[number] {
        throw file.unsupported(
          "the pieces “\(DisplayText.escaped(other))” and “\(name)” both have the id \(number)")
      }
      pieces[number] = member.key
    }
    return pieces.compactMap(\.self)
  }

  /// Whether a token is matched by more than its exact characters.
  static func takesMore(_ token: JSONValue) -> Bool {
    ["normalized", "single_word", "lstrip", "rstrip"].contains { token[$0]?.bool == true }
  }

  /// The tokens that are matched in texts as written.
  func addedTokens() throws(TransformerFolderError) -> [String] {
    var result: [String] = []
    for token in file["added_tokens"]?.array ?? [] {
      let content = token["content"]?.string ?? ""
      guard !content.isEmpty, !Self.takesMore(token) else {
        throw file.unsupported(
          "the added token “\(DisplayText.escaped(content))” is normalized, a single_word, or strips spaces, "
            + "which is not supported")
      }
      guard let number = number(content), number == token["id"]?.int else {
        throw file.unsupported(
          "the added token “\(DisplayText.escaped(content))” has no id in the vocabulary (model.vocab), "
            + "which is not supported")
      }
      result.append(content)
    }
    return result
  }
}
