import DiscernIO
import DiscernModels

/// What sentence-transformers says of a text's vector; the mean of its tokens' where it says nothing.
struct SentenceModules {
  private(set) var pooling = TransformerConfiguration.Pooling.mean
  private(set) var isNormalised = false
  private(set) var maximumTokens: Int?

  init(path: String) throws(TransformerFolderError) {
    maximumTokens = try TransformerFolder.jsonIfPresent("sentence_bert_config.json", in: path)?[
      "max_seq_length"]?.int
    if let limit = maximumTokens, limit < 3 {
      throw .unsupported(path: path + "/sentence_bert_config.json", "max_seq_length is \(limit)")
    }
    guard let modules = try TransformerFolder.jsonIfPresent("modules.json", in: path) else { return }
    for module in modules.array ?? [] {
      let type = module["type"]?.string ?? ""
      switch type.split(separator: ".").last {
      case "Transformer": break
      case "Pooling": pooling = try Self.pooling(module["path"]?.string ?? "1_Pooling", path)
      case "Normalize": isNormalised = true
      default:
        throw .unsupported(
          path: path + "/modules.json",
          "the module “\(DisplayText.escaped(type))” is not known here; Transformer, Pooling and "
            + "Normalize are"
        )
      }
    }
  }

  private static func pooling(
    _ folder: String, _ path: String
  ) throws(TransformerFolderError) -> TransformerConfiguration.Pooling {
    let own = BundleManifest.join(path, folder)
    let config = try TransformerFolder.json("config.json", in: own)
    let chosen = (config.object ?? []).filter { $0.key.hasPrefix("pooling_mode_") && $0.value.bool == true }
      .map { String($0.key.dropFirst("pooling_mode_".count)) }
    switch chosen {
    case ["cls_token"]: return .first
    case ["mean_tokens"]: return .mean
    case ["max_tokens"]: return .max
    default:
      let names = chosen.isEmpty ? "none" : chosen.map { DisplayText.escaped($0) }.joined(separator: ", ")
      throw .unsupported(
        path: own + "/config.json",
        "its pooling is \(names); one of cls_token, mean_tokens and max_tokens is known here")
    }
  }
}
