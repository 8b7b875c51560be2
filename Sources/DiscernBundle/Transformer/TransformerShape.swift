import DiscernIO
import DiscernModels

/// What `config.json` says of a transformer, and its names of weights.
struct TransformerShape {
  enum Family: String, CaseIterable { case bert, distilbert }

  let configuration: TransformerConfiguration
  let vocabularySize: Int
  private let family: Family

  init(_ config: JSONValue, _ modules: SentenceModules, path: String) throws(TransformerFolderError) {
    func unsupported(_ reason: String) -> TransformerFolderError {
      .unsupported(path: path + "/config.json", reason)
    }
    let type = config["model_type"]?.string ?? ""
    guard let family = Family(rawValue: type) else {
      throw unsupported(
        "model_type “\(DisplayText.escaped(type))” is not known here; of the pretrained models "
          + "\(Family.allCases.map(\.rawValue).joined(separator: " and ")) are")
    }
    self.family = family
    let isBERT = family == .bert
    func number(_ name: String, _ other: String) throws(TransformerFolderError) -> Int {
      let key = isBERT ? name : other
      // What a model of this kind has at most, so that no header makes memory grow.
      guard let value = config[key]?.int, (1...4_000_000).contains(value) else {
        throw unsupported("\(key) is missing or no number from 1 to 4000000")
      }
      return value
    }
    let activation = config[isBERT ? "hidden_act" : "activation"]?.string ?? ""
    guard activation == "gelu" else {
      throw unsupported("the activation “\(DisplayText.escaped(activation))” is not known here; gelu is")
    }
    if let positions = config["position_embedding_type"]?.string, positions != "absolute" {
      throw unsupported(
        "position_embedding_type “\(DisplayText.escaped(positions))” is not known here; absolute is")
    }
    if config["is_decoder"]?.bool == true {
      throw unsupported("a decoder (is_decoder) makes no vectors of texts")
    }
    let hidden = try number("hidden_size", "dim")
    let heads = try number("num_attention_heads", "n_heads")
    guard hidden % heads == 0 else { throw unsupported("\(hidden) features for \(heads) heads") }
    vocabularySize = try number("vocab_size", "vocab_size")
    configuration = TransformerConfiguration(
      hiddenSize: hidden,
      layerCount: try number("num_hidden_layers", "n_layers"), headCount: heads,
      innerSize: try number("intermediate_size", "hidden_dim"),
      positionCount: try number("max_position_embeddings", "max_position_embeddings"),
      kindCount: isBERT ? try number("type_vocab_size", "type_vocab_size") : 0,
      epsilon: isBERT ? Float(config["layer_norm_eps"]?.double ?? 1e-12) : 1e-12,
      pooling: modules.pooling, isNormalised: modules.isNormalised)
    do throws(ModelError) { try configuration.validate() } catch { throw unsupported("\(error)") }
  }

  /// A weight's name in the file.
  func name(_ name: String) -> String {
    guard family == .distilbert else { return name }
    return [
      ("encoder.layer.", "transformer.layer."), ("attention.self.query", "attention.q_lin"),
      ("attention.self.key", "attention.k_lin"), ("attention.self.value", "attention.v_lin"),
      ("attention.output.dense", "attention.out_lin"), ("attention.output.LayerNorm", "sa_layer_norm"),
      ("intermediate.dense", "ffn.lin1"), (".output.dense", ".ffn.lin2"),
      (".output.LayerNorm", ".output_layer_norm"),
    ].reduce(name) { $0.replacing($1.0, with: $1.1) }
  }
}
