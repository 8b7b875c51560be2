import DiscernIO
import DiscernVocabulary

/// Reads a WordPiece tokenizer's files like Hugging Face's transformers library: `tokenizer.json`, or
/// `vocab.txt`, and `tokenizer_config.json`, whose options apply to tokenizer classes that take their options
/// from there.
struct WordPieceFiles {
  private let folder: String
  private let config: FolderJSON
  private let choices: FolderJSON?
  private let lowersTexts: Bool
  /// Whether the class makes its normalizer only from the options in `tokenizer_config.json`; otherwise that
  /// of `tokenizer.json` applies.
  private let isMadeOfChoices: Bool
  private let className: String

  /// - Parameters:
  ///   - config: the transformer's configuration.
  ///   - lowersTexts: whether texts must be lower-cased.
  init(_ folder: String, _ config: FolderJSON, lowersTexts: Bool) throws(TransformerFolderError) {
    self.folder = folder
    self.config = config
    self.lowersTexts = lowersTexts
    choices = try FolderJSON.ifPresent("tokenizer_config.json", in: folder)
    let name = "tokenizer_class"
    let own = try choices?.string(name)
    let other = try config.string(name)
    className = own ?? other ?? "BertTokenizer"
    switch className {
    case "BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer", "DistilBertTokenizerFast":
      isMadeOfChoices = true
    case "PreTrainedTokenizerFast", "TokenizersBackend": isMadeOfChoices = false
    default:
      throw (own == nil ? config : choices ?? config).unsupported(
        "\(name) “\(DisplayText.escaped(className))” is not supported; BertTokenizer, DistilBertTokenizer "
          + "and PreTrainedTokenizerFast are")
    }
  }

  /// - Parameter longest: the maximum number of pieces in a text.
  func tokenizer(longest: Int) throws(TransformerFolderError) -> WordPieceTokenizer {
    let file = try FolderJSON.ifPresent("tokenizer.json", in: folder)
    guard file != nil || isMadeOfChoices else {
      throw .bundle(.notFound(path: BundleManifest.join(folder, "tokenizer.json")))
    }
    var configuration = try isMadeOfChoices ? chosen() : WordPieceConfiguration()
    var special = isMadeOfChoices ? ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] : []
    let pieces: [String]
    if let file {
      let content = TokenizerJSON(file)
      try content.check()
      if isMadeOfChoices {
        try content.requireDefaults(of: className)
      } else {
        try content.read(into: &configuration)
      }
      pieces = try content.pieces()
      special += try content.addedTokens()
    } else {
      pieces = try lines(BundleManifest.join(folder, "vocab.txt"))
    }
    special += try namedTokens(special)
    configuration.maximumPieces = longest
    if lowersTexts, !configuration.lowercase {
      throw .unsupported(
        path: folder,
        "its modules lower-case texts (do_lower_case), but its tokenizer does not: not supported")
    }
    var known = Set<String>()
    do throws(WordPieceError) {
      return try WordPieceTokenizer(
        pieces: pieces, specialTokens: special.filter { known.insert($0).inserted },
        configuration: configuration)
    } catch {
      throw .pieces(path: folder, error)
    }
  }

  /// The options of `BertTokenizer`.
  private func chosen() throws(TransformerFolderError) -> WordPieceConfiguration {
    var result = WordPieceConfiguration()
    result.lowercase = try choices?.bool("do_lower_case") ?? true
    result.stripsAccents = try choices?.bool("strip_accents")
    result.separatesIdeographs = try choices?.bool("tokenize_chinese_chars") ?? true
    return result
  }

  /// The special tokens that are named outside `tokenizer.json`; the transformers library adds them.
  ///
  /// - Parameter known: the tokens already added, which stay unchanged.
  private func namedTokens(_ known: [String]) throws(TransformerFolderError) -> [String] {
    let required = [("unk_token", "[UNK]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]")]
    let names = required.map(\.0) + ["pad_token", "mask_token", "bos_token", "eos_token"]
    var result: [String] = []
    for config in [choices, try FolderJSON.ifPresent("special_tokens_map.json", in: folder)].compactMap(
      \.self)
    {
      func add(_ token: JSONValue, isKnown: (String) -> Bool) throws(TransformerFolderError) {
        let name = Self.content(token)
        guard !name.isEmpty, isKnown(name) || !TokenizerJSON.takesMore(token) else {
          throw config.unsupported("the special token “\(DisplayText.escaped(name))” is not supported")
        }
        result.append(name)
      }
      for (key, token) in required {
        guard let name = config[key].map(Self.content), name != token else { continue }
        throw config.unsupported("\(key) is “\(DisplayText.escaped(name))”, expected \(token)")
      }
      for token in names.compactMap({ config[$0] })
        + ["additional_special_tokens", "extra_special_tokens"].flatMap({ Self.tokens(config[$0]) })
      {
        try add(token) { known.contains($0) }
      }
      for token in Self.tokens(config["added_tokens_decoder"]) { try add(token) { _ in false } }
    }
    return result
  }

  private static func tokens(_ list: JSONValue?) -> [JSONValue] {
    list?.array ?? (list?.object ?? []).map(\.value)
  }

  /// A token is a string, or an object with one.
  private static func content(_ token: JSONValue) -> String { token.string ?? token["content"]?.string ?? "" }

  private func lines(_ path: String) throws(TransformerFolderError) -> [String] {
    guard let pieces = PieceLines.pieces(try TransformerFolder.bytes(path)) else {
      throw .unsupported(path: path, "it is not valid UTF-8")
    }
    return pieces
  }
}
