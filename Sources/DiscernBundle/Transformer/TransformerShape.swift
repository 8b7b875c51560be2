import DiscernIO
import DiscernModels

/// The description of a transformer in `config.json`, and the names of its weights.
struct TransformerShape {
  enum Family: String, CaseIterable { case bert, distilbert }

  let configuration: TransformerConfiguration
  let vocabularySize: Int
  private let family: Family

  init(_ config: FolderJSON, _ modules: SentenceModules) throws(TransformerFolderError) {
    let known = Family.allCases.map(\.rawValue).joined(separator: " and ")
    guard let type = try config.string("model_type") else {
      throw config.unsupported("model_type is missing; supported pretrained models are \(known)")
    }
    guard let family = Family(rawValue: type) else {
      throw config.unsupported(
        "model_type “\(DisplayText.escaped(type))” is not supported; supported pretrained models are "
          + "\(known)")
    }
    self.family = family
    let isBERT = family == .bert
    try Self.requireEncoder(config, activation: isBERT ? "hidden_act" : "activation")
    func number(_ name: String, _ other: String) throws(TransformerFolderError) -> Int {
      let key = isBERT ? name : other
      // A limit for any model of this kind; the actual sizes are compared with the weight file.
      guard let value = config[key]?.int, (1...4_000_000).contains(value) else {
        throw config.unsupported("\(key) is missing or not a number from 1 to 4000000")
      }
      return value
    }
    let hidden = try number("hidden_size", "dim")
    let heads = try number("num_attention_heads", "n_heads")
    guard hidden % heads == 0 else { throw config.unsupported("\(hidden) features for \(heads) heads") }
    if let (size, path) = modules.pooled, size != hidden {
      throw .unsupported(
        path: path, "it pools tokens of \(size) features, but those of the transformer have \(hidden)")
    }
    vocabularySize = try number("vocab_size", "vocab_size")
    configuration = TransformerConfiguration(
      hiddenSize: hidden,
      layerCount: try number("num_hidden_layers", "n_layers"), headCount: heads,
      innerSize: try number("intermediate_size", "hidden_dim"),
      positionCount: try number("max_position_embeddings", "max_position_embeddings"),
      kindCount: isBERT ? try number("type_vocab_size", "type_vocab_size") : 0,
      epsilon: isBERT ? Float(try config.double("layer_norm_eps") ?? 1e-12) : 1e-12,
      pooling: modules.pooling, isNormalised: modules.isNormalised)
    do throws(ModelError) { try configuration.validate() } catch { throw config.unsupported("\(error)") }
  }

  /// Throws for settings with which the same tensors form another network.
  private static func requireEncoder(
    _ config: FolderJSON, activation key: String
  ) throws(TransformerFolderError) {
    let activation = try config.string(key)
    guard activation == "gelu" else {
      throw config.unsupported(
        activation.map { "the activation “\(DisplayText.escaped($0))” is not supported; gelu is" }
          ?? "\(key) is missing; gelu is supported")
    }
    if let positions = try config.string("position_embedding_type"), positions != "absolute" {
      throw config.unsupported(
        "position_embedding_type “\(DisplayText.escaped(positions))” is not supported; absolute is")
    }
    for key in ["is_decoder", "add_cross_attention", "is_encoder_decoder"] {
      if try config.bool(key) == true {
        throw config.unsupported("a decoder (\(key)) gives no text vectors")
      }
    }
    if config["quantization_config"] != nil {
      throw config.unsupported(
        "its weights are quantized (quantization_config), which is not supported; use the original model")
    }
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
