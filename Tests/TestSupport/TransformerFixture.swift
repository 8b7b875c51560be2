import Foundation

/// A pretrained transformer's folder as if downloaded, but tiny and with random weights.
package enum TransformerFixture {
  package static let pieces = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "film", "##s", ".", "bad", "dull", "fine", "plot",
  ]

  package typealias Tensor = (name: String, shape: [Int], values: [Float])

  /// A tiny encoder with random weights, in the layout of a family.
  ///
  /// - Parameters:
  ///   - change: of `config.json`.
  ///   - changeTensors: of `model.safetensors`.
  package static func write(
    _ family: String, to folder: String, _ change: (inout [String: Any]) -> Void = { _ in },
    changeTensors: (inout [Tensor]) -> Void = { _ in }
  ) throws {
    let isBERT = family == "bert"
    var config: [String: Any] =
      isBERT
      ? [
        "model_type": "bert", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 12, "max_position_embeddings": 16, "type_vocab_size": 2,
        "vocab_size": pieces.count,
        "hidden_act": "gelu", "layer_norm_eps": 1e-12,
      ]
      : [
        "model_type": "distilbert", "dim": 8, "n_layers": 2, "n_heads": 2, "hidden_dim": 12,
        "max_position_embeddings": 16, "vocab_size": pieces.count, "activation": "gelu",
      ]
    change(&config)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func write(_ data: Data, _ name: String) throws {
      try data.write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    try write(JSONSerialization.data(withJSONObject: config), "config.json")
    try write(Data((pieces.joined(separator: "\n") + "\n").utf8), "vocab.txt")
    try write(Data(#"{"do_lower_case": true}"#.utf8), "tokenizer_config.json")
    var random = SeededGenerator(seed: 3)
    var tensors: [Tensor] = []
    func add(_ bert: String, _ distil: String?, _ shape: [Int], zeros: Bool = false) {
      let values = (0..<shape.reduce(1, *)).map { _ in
        zeros ? 0 : Float.random(in: -0.5...0.5, using: &random)
      }
      if let name = isBERT ? bert : distil { tensors.append((name, shape, values)) }
    }
    add("embeddings.word_embeddings.weight", "embeddings.word_embeddings.weight", [pieces.count, 8])
    add("embeddings.position_embeddings.weight", "embeddings.position_embeddings.weight", [16, 8])
    add("embeddings.token_type_embeddings.weight", nil, [2, 8], zeros: true)
    add("embeddings.LayerNorm.weight", "embeddings.LayerNorm.weight", [8])
    add("embeddings.LayerNorm.bias", "embeddings.LayerNorm.bias", [8])
    for layer in 0..<2 {
      for (bert, distil, shape) in [
        ("attention.self.query", "attention.q_lin", [8, 8]),
        ("attention.self.key", "attention.k_lin", [8, 8]),
        ("attention.self.value", "attention.v_lin", [8, 8]),
        ("attention.output.dense", "attention.out_lin", [8, 8]),
        ("attention.output.LayerNorm", "sa_layer_norm", [8]), ("intermediate.dense", "ffn.lin1", [12, 8]),
        ("output.dense", "ffn.lin2", [8, 12]), ("output.LayerNorm", "output_layer_norm", [8]),
      ] {
        let (own, other) = ("encoder.layer.\(layer).\(bert)", "transformer.layer.\(layer).\(distil)")
        add(own + ".weight", other + ".weight", shape)
        add(own + ".bias", other + ".bias", [shape[0]])
      }
    }
    changeTensors(&tensors)
    try write(safetensors(tensors), "model.safetensors")
  }

  private static func safetensors(_ tensors: [Tensor]) throws -> Data {
    var header: [String: Any] = [:]
    var bytes: [UInt8] = []
    for (name, shape, values) in tensors {
      header[name] = [
        "dtype": "F32", "shape": shape, "data_offsets": [bytes.count, bytes.count + 4 * values.count],
      ]
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
    }
    var head = try JSONSerialization.data(withJSONObject: header)
    while head.count % 8 != 0 { head.append(0x20) }
    var length: [UInt8] = []
    withUnsafeBytes(of: UInt64(head.count).littleEndian) { length += $0 }
    return Data(length) + head + Data(bytes)
  }

  /// Writes the pieces as a `tokenizer.json`, beside `vocab.txt`.
  ///
  /// - Parameter change: of the written file.
  package static func writeTokenizer(
    to folder: String, _ change: (inout [String: Any]) -> Void = { _ in }
  ) throws {
    func part(_ kind: String, _ id: String) -> [String: Any] { [kind: ["id": id, "type_id": 0]] }
    var content: [String: Any] = [
      "version": "1.0",
      "added_tokens": pieces.prefix(5).enumerated().map { number, piece in
        [
          "id": number, "content": piece, "special": true, "normalized": false, "single_word": false,
          "lstrip": false, "rstrip": false,
        ]
      },
      "normalizer": [
        "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
        "strip_accents": NSNull(), "lowercase": true,
      ],
      "pre_tokenizer": ["type": "BertPreTokenizer"],
      "post_processor": [
        "type": "TemplateProcessing",
        "single": [part("SpecialToken", "[CLS]"), part("Sequence", "A"), part("SpecialToken", "[SEP]")],
        "pair": [
          part("SpecialToken", "[CLS]"), part("Sequence", "A"), part("SpecialToken", "[SEP]"),
          part("Sequence", "B"), part("SpecialToken", "[SEP]"),
        ],
        "special_tokens": [
          "[CLS]": ["id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]],
          "[SEP]": ["id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]],
        ],
      ],
      "decoder": ["type": "WordPiece", "prefix": "##", "cleanup": true],
      "model": [
        "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": Dictionary(uniqueKeysWithValues: pieces.enumerated().map { ($1, $0) }),
      ],
    ]
    change(&content)
    try JSONSerialization.data(withJSONObject: content).write(
      to: URL(fileURLWithPath: folder + "/tokenizer.json"))
  }
}
