import DiscernIO
import DiscernModels

/// The settings of sentence-transformers for a text's vector; by default the mean of its tokens' vectors.
struct SentenceModules {
  private(set) var pooling = TransformerConfiguration.Pooling.mean
  private(set) var isNormalised = false
  private(set) var maximumTokens: Int?
  /// Whether texts are lower-cased, whatever the tokenizer does.
  private(set) var lowersTexts = false
  /// The number of features of the pooled tokens, and the file that specifies it.
  private(set) var pooled: (size: Int, path: String)?

  init(path: String) throws(TransformerFolderError) {
    for name in ["sentence_bert_config.json", "sentence_distilbert_config.json"] {
      guard let config = try FolderJSON.ifPresent(name, in: path) else { continue }
      try readTransformer(config)
      break
    }
    if maximumTokens == nil { maximumTokens = try Self.limitOfTokenizer(path) }
    if let config = try FolderJSON.ifPresent("config_sentence_transformers.json", in: path) {
      try Self.requireNoPrompt(config)
    }
    try readModules(path)
  }

  // MARK: The transformer

  private mutating func readTransformer(_ config: FolderJSON) throws(TransformerFolderError) {
    try config.requireKnown([
      "max_seq_length", "do_lower_case", "transformer_task", "modality_config", "module_output_name",
      "processing_kwargs", "unpad_inputs", "query_length", "document_length",
    ])
    if let limit = try config.int("max_seq_length") {
      try Self.requireLimit(limit, "max_seq_length", config)
      maximumTokens = limit
    }
    lowersTexts = try config.bool("do_lower_case") ?? false
    for (key, known) in [
      ("transformer_task", "feature-extraction"), ("module_output_name", "token_embeddings"),
    ] {
      guard let value = try config.string(key), value != known else { continue }
      throw config.unsupported("\(key) is “\(DisplayText.escaped(value))”, expected \(known)")
    }
    if let modality = config["modality_config"] {
      let text = modality["text"]
      guard text?["method"]?.string == "forward", text?["method_output_name"]?.string == "last_hidden_state"
      else {
        throw config.unsupported("modality_config uses something other than last_hidden_state")
      }
    }
    for key in ["query_length", "document_length", "processing_kwargs"] {
      guard let value = config[key], value.object?.isEmpty != true else { continue }
      throw config.unsupported("\(key) is not supported; remove it")
    }
  }

  private static func requireLimit(
    _ limit: Int, _ key: String, _ config: FolderJSON
  ) throws(TransformerFolderError) {
    if limit < 3 { throw config.unsupported("\(key) is \(limit), expected at least 3") }
  }

  /// The tokenizer's limit, for transformers without a limit of their own; tokenizers without a limit have
  /// 1e30.
  private static func limitOfTokenizer(_ path: String) throws(TransformerFolderError) -> Int? {
    let key = "model_max_length"
    guard let config = try FolderJSON.ifPresent("tokenizer_config.json", in: path),
      let limit = try config.double(key), limit < 1e9
    else { return nil }
    guard let whole = Int(exactly: limit) else { throw config.unsupported("\(key) is not a whole number") }
    try requireLimit(whole, key, config)
    return whole
  }

  private static func requireNoPrompt(_ config: FolderJSON) throws(TransformerFolderError) {
    if let type = try config.string("model_type"), type != "SentenceTransformer" {
      throw config.unsupported("model_type is “\(DisplayText.escaped(type))”, expected SentenceTransformer")
    }
    guard let name = try config.string("default_prompt_name"), config["prompts"]?[name]?.string != "" else {
      return
    }
    throw config.unsupported(
      "default_prompt_name is “\(DisplayText.escaped(name))”, a prompt that would be put before every text, "
        + "which is not supported; set it to null, and write the prompt into the texts")
  }

  // MARK: Modules

  private static let known = ["Transformer", "Pooling", "Normalize"]

  private mutating func readModules(_ path: String) throws(TransformerFolderError) {
    let file = "modules.json"
    guard let json = try TransformerFolder.jsonIfPresent(file, in: path) else { return }
    func unsupported(_ reason: String) -> TransformerFolderError {
      .unsupported(path: BundleManifest.join(path, file), reason)
    }
    guard let modules = json.array else { throw unsupported("it is not a list of modules") }
    var kinds: [String] = []
    for module in modules {
      let type = module["type"]?.string ?? ""
      let parts = type.split(separator: ".").map(String.init)
      guard parts.first == "sentence_transformers", let kind = parts.last, Self.known.contains(kind) else {
        throw unsupported(
          "the module “\(DisplayText.escaped(type))” is not supported; Transformer, Pooling and Normalize "
            + "are")
      }
      let place = module["path"]?.string ?? ""
      guard !place.contains("/"), place != ".." else {
        throw unsupported("the path “\(DisplayText.escaped(place))” is not within the folder")
      }
      if module["kwargs"]?.array?.isEmpty == false {
        throw unsupported("kwargs of the module \(kind) are not supported")
      }
      kinds.append(kind)
      switch kind {
      case "Transformer":
        if !place.isEmpty {
          throw unsupported(
            "its Transformer is in “\(DisplayText.escaped(place))”; move those files beside modules.json, "
              + "and set that path to an empty string")
        }
      case "Pooling":
        if place.isEmpty { throw unsupported("its Pooling has no path of its own, such as 1_Pooling") }
        try readPooling(BundleManifest.join(path, place))
      default:
        isNormalised = true
        if !place.isEmpty { try Self.checkNormalize(BundleManifest.join(path, place)) }
      }
    }
    guard kinds == Array(Self.known.prefix(max(2, kinds.count))) else {
      throw unsupported(
        "its modules are \(kinds.isEmpty ? "none" : kinds.joined(separator: ", ")); expected Transformer, "
          + "Pooling and optionally Normalize, in that order")
    }
  }

  private static func checkNormalize(_ folder: String) throws(TransformerFolderError) {
    guard let config = try FolderJSON.ifPresent("config.json", in: folder) else { return }
    try config.requireKnown(["module_input_name", "module_output_name"])
    for key in config.keys {
      guard let value = try config.string(key), value != "sentence_embedding" else { continue }
      throw config.unsupported(
        "\(key) is “\(DisplayText.escaped(value))”, expected sentence_embedding")
    }
  }

  /// The keys for pooling in folders older than `pooling_mode`, and the present names.
  private static let formerPoolings = [
    ("pooling_mode_cls_token", "cls"), ("pooling_mode_max_tokens", "max"),
    ("pooling_mode_mean_tokens", "mean"), ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
    ("pooling_mode_weightedmean_tokens", "weightedmean"), ("pooling_mode_lasttoken", "lasttoken"),
  ]

  private mutating func readPooling(_ folder: String) throws(TransformerFolderError) {
    let config = try FolderJSON("config.json", in: folder)
    let sizes = ["embedding_dimension", "word_embedding_dimension"]
    try config.requireKnown(
      sizes + ["pooling_mode", "include_prompt"] + Self.formerPoolings.map(\.0))
    for key in sizes {
      if let size = try config.int(key) { pooled = pooled ?? (size, config.path) }
    }
    var modes: [String] = []
    if let mode = config["pooling_mode"] {
      modes = mode.string.map { [$0] } ?? (mode.array ?? []).map { $0.string ?? "" }
    } else {
      for (key, mode) in Self.formerPoolings {
        if try config.bool(key) == true { modes.append(mode) }
      }
    }
    switch modes {
    case ["cls"]: pooling = .first
    case ["mean"]: pooling = .mean
    case ["max"]: pooling = .max
    default:
      let names = modes.isEmpty ? "none" : modes.map { DisplayText.escaped($0) }.joined(separator: ", ")
      throw config.unsupported("its pooling is \(names); cls, mean or max is supported")
    }
  }
}
