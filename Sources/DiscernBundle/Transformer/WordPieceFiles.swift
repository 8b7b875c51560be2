import DiscernIO
import DiscernVocabulary

/// Reads a WordPiece tokenizer's files: `tokenizer.json`, or `vocab.txt`, and `tokenizer_config.json`, whose
/// choices come first, as in Hugging Face's own classes.
enum WordPieceFiles {
  static func tokenizer(_ folder: String, longest: Int) throws(TransformerFolderError) -> WordPieceTokenizer {
    var configuration = WordPieceConfiguration()
    configuration.maximumPieces = longest
    var special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    let pieces: [String]
    if let json = try TransformerFolder.jsonIfPresent("tokenizer.json", in: folder) {
      let path = BundleManifest.join(folder, "tokenizer.json")
      try check(json, path)
      let normalizer = json["normalizer"]
      configuration.cleansText = normalizer?["clean_text"]?.bool ?? true
      configuration.separatesIdeographs = normalizer?["handle_chinese_chars"]?.bool ?? true
      configuration.stripsAccents = normalizer?["strip_accents"]?.bool
      configuration.lowercase = normalizer?["lowercase"]?.bool ?? true
      configuration.continuation = json["model"]?["continuing_subword_prefix"]?.string ?? "##"
      pieces = try self.pieces(json["model"]?["vocab"], path)
      special = try added(json["added_tokens"], path)
    } else {
      pieces = try lines(BundleManifest.join(folder, "vocab.txt"))
    }
    if let config = try TransformerFolder.jsonIfPresent("tokenizer_config.json", in: folder) {
      if let lowercase = config["do_lower_case"]?.bool { configuration.lowercase = lowercase }
      if let strips = config["strip_accents"]?.bool { configuration.stripsAccents = strips }
      if let separates = config["tokenize_chinese_chars"]?.bool {
        configuration.separatesIdeographs = separates
      }
    }
    do throws(WordPieceError) {
      return try WordPieceTokenizer(pieces: pieces, specialTokens: special, configuration: configuration)
    } catch {
      throw .pieces(path: folder, error)
    }
  }

  /// Each part must be of the kind that is known here.
  private static func check(_ json: JSONValue, _ path: String) throws(TransformerFolderError) {
    for (part, known) in [
      ("model", ["WordPiece"]), ("normalizer", ["BertNormalizer"]), ("pre_tokenizer", ["BertPreTokenizer"]),
      ("post_processor", ["TemplateProcessing", "BertProcessing"]),
    ] {
      let type = json[part]?["type"]?.string ?? "none"
      guard known.contains(type) else {
        throw .unsupported(
          path: path,
          "its \(part) is \(DisplayText.escaped(type)), expected \(known.joined(separator: " or "))")
      }
    }
    guard json["model"]?["unk_token"]?.string ?? "[UNK]" == "[UNK]",
      json["model"]?["max_input_chars_per_word"]?.int ?? 100 == 100
    else { throw .unsupported(path: path, "its unk_token is not [UNK], or max_input_chars_per_word not 100") }
  }

  /// By their numbers, which run from 0 without gaps.
  private static func pieces(_ vocabulary: JSONValue?, _ path: String) throws(TransformerFolderError)
    -> [String]
  {
    let members = vocabulary?.object ?? []
    var pieces = [String?](repeating: nil, count: members.count)
    for member in members {
      guard let number = member.value.int, pieces.indices.contains(number), pieces[number] == nil else {
        throw .unsupported(
          path: path,
          "the piece “\(DisplayText.escaped(member.key))” has no number of its own below \(members.count)")
      }
      pieces[number] = member.key
    }
    return pieces.compactMap(\.self)
  }

  private static func added(_ tokens: JSONValue?, _ path: String) throws(TransformerFolderError) -> [String] {
    var result: [String] = []
    for token in tokens?.array ?? [] {
      let content = token["content"]?.string ?? ""
      guard !content.isEmpty,
        ["normalized", "single_word", "lstrip", "rstrip"].allSatisfy({ token[$0]?.bool != true })
      else {
        throw .unsupported(
          path: path,
          "the added token “\(DisplayText.escaped(content))” is normalized, a single_word, or takes "
            + "spaces with it, which is not known here")
      }
      result.append(content)
    }
    return result
  }

  private static func lines(_ path: String) throws(TransformerFolderError) -> [String] {
    guard var text = String(validating: try TransformerFolder.bytes(path), as: UTF8.self) else {
      throw .unsupported(path: path, "it is not valid UTF-8")
    }
    if text.utf8.last == 0x0A { text.removeLast() }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
