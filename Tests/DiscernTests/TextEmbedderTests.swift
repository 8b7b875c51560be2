import Discern
import DiscernBundle
import DiscernIO
import DiscernTensor
import Foundation
import TestSupport
import Testing

@Suite struct TextEmbedderTests {
  private static let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "film", "##s", "."]
  private static let texts = ["good films.", "film", "", "bad [MASK] film good good good good", "good"]

  /// A tiny encoder with random weights, in the layout of a family.
  private func write(_ family: String, to folder: String, _ change: (inout [String: Any]) -> Void = { _ in })
    throws
  {
    let isBERT = family == "bert"
    var config: [String: Any] =
      isBERT
      ? [
        "model_type": "bert", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 12, "max_position_embeddings": 16, "type_vocab_size": 2, "vocab_size": 9,
        "hidden_act": "gelu", "layer_norm_eps": 1e-12,
      ]
      : [
        "model_type": "distilbert", "dim": 8, "n_layers": 2, "n_heads": 2, "hidden_dim": 12,
        "max_position_embeddings": 16, "vocab_size": 9, "activation": "gelu",
      ]
    change(&config)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func write(_ data: Data, _ name: String) throws {
      try data.write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    try write(JSONSerialization.data(withJSONObject: config), "config.json")
    try write(Data((Self.pieces.joined(separator: "\n") + "\n").utf8), "vocab.txt")
    try write(Data(#"{"do_lower_case": true}"#.utf8), "tokenizer_config.json")
    var random = SeededGenerator(seed: 3)
    var tensors: [(name: String, shape: [Int], values: [Float])] = []
    func add(_ bert: String, _ distil: String?, _ shape: [Int], zeros: Bool = false) {
      let values = (0..<shape.reduce(1, *)).map { _ in
        zeros ? 0 : Float.random(in: -0.5...0.5, using: &random)
      }
      if let name = isBERT ? bert : distil { tensors.append((name, shape, values)) }
    }
    add("embeddings.word_embeddings.weight", "embeddings.word_embeddings.weight", [9, 8])
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
    try write(Data(length) + head + Data(bytes), "model.safetensors")
  }

  private func bits(_ vectors: [(vector: [Float], cut: Int)]) -> [[UInt32]] {
    vectors.map { $0.vector.map(\.bitPattern) }
  }

  @Test func theTwoFamiliesAgreeAndATextAloneHasTheSameVector() throws {
    try withTemporaryFolder { folder in
      try write("bert", to: folder + "/bert")
      try write("distilbert", to: folder + "/distil")
      let embedder = try TextEmbedder(contentsOf: folder + "/bert", compute: Compute(threadCount: 1))
      #expect(embedder.vectorSize == 8 && embedder.maximumPieces == 16)
      let together = embedder.vectors(of: Self.texts)
      #expect(together.allSatisfy { $0.vector.allSatisfy(\.isFinite) && $0.cut == 0 })
      #expect(Set(bits(together)).count == Self.texts.count)
      for (index, text) in Self.texts.enumerated() {
        #expect(bits(embedder.vectors(of: [text]))[0] == bits(together)[index], "\(text)")
      }
      let others = try TextEmbedder(contentsOf: folder + "/bert", compute: Compute(threadCount: 3))
      #expect(bits(others.vectors(of: Self.texts)) == bits(together))
      let distil = try TextEmbedder(contentsOf: folder + "/distil", compute: Compute(threadCount: 1))
      #expect(bits(distil.vectors(of: Self.texts)) == bits(together))
      #expect(embedder.vectors(of: [String(repeating: "good ", count: 20)])[0].cut == 6)
      #expect(embedder.vectors(of: []).isEmpty)
    }
  }

  @Test func whatIsNotKnownIsNamed() throws {
    try withTemporaryFolder { folder in
      func message(_ folder: String) -> String {
        do throws(DiscernError) {
          _ = try TextEmbedder(contentsOf: folder)
          return ""
        } catch { return error.description }
      }
      let path = folder + "/m"
      func expect(_ words: String, _ change: (inout [String: Any]) -> Void) throws {
        try write("bert", to: path, change)
        #expect(message(path).contains(words), "\(message(path))")
      }
      #expect(message(folder).contains("config.json"))
      try expect("model_type “gpt2” is not known here") { $0["model_type"] = "gpt2" }
      try expect("the activation “relu”") { $0["hidden_act"] = "relu" }
      try expect("position_embedding_type “relative_key”") { $0["position_embedding_type"] = "relative_key" }
      try expect("8 features for 3 heads") { $0["num_attention_heads"] = 3 }
      try expect("hidden_size is missing") { $0["hidden_size"] = nil }
      try expect("vocab_size of 5") { $0["vocab_size"] = 5 }
      try expect("decoder") { $0["is_decoder"] = true }
      try write("bert", to: path)
      let file = path + "/model.safetensors"
      try Data("{}".utf8).write(to: URL(fileURLWithPath: path + "/tokenizer.json"))
      #expect(message(path).contains("its model is none, expected WordPiece"))
      try FileManager.default.removeItem(atPath: path + "/tokenizer.json")
      try Data(#"[{"type": "sentence_transformers.models.Dense"}]"#.utf8).write(
        to: URL(fileURLWithPath: path + "/modules.json"))
      #expect(message(path).contains("the module “sentence_transformers.models.Dense”"))
      try FileManager.default.removeItem(atPath: path + "/modules.json")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      try bytes.dropLast(4).write(to: URL(fileURLWithPath: file))
      #expect(message(path).contains("model.safetensors"))
      try FileManager.default.removeItem(atPath: file)
      try Data().write(to: URL(fileURLWithPath: path + "/pytorch_model.bin"))
      #expect(message(path).contains("pickled"))
    }
  }

  private static let script = "Tests/Golden/transformer.py"
  private static let peer = PeerPython.line(of: script)

  /// Texts of all lengths in one batch.
  @Test(.enabled(if: peer != nil)) func vectorsAreThoseOfPyTorch() throws {
    let path = try #require(Self.peer)
    var texts = [
      "", "a", "What a lovely film!", "Wo ist meine Karte? Ça alors, 中文 and Ünïcödé",
      String(repeating: "Slow start, but the ending is magnificent. ", count: 12),
      String(repeating: "words and more words ", count: 90),
    ]
    for length in 1...20 { texts.append((0..<length).map { "token\($0 * 37 % 101)" }.joined(separator: " ")) }
    let lines = texts.map { JSONText.string($0) + "\n" }.joined()
    let embedder = try TextEmbedder(contentsOf: path)
    #expect(embedder.maximumPieces == 256)
    let output = try #require(
      PeerPython.output(of: Self.script, [path, "256"], input: Data(lines.utf8)))
    let expected = try output.split(separator: 0x0A).map { try JSONDecoder().decode([Float].self, from: $0) }
    #expect(expected.count == texts.count)
    var largest: Float = 0
    for (own, other) in zip(embedder.vectors(of: texts), expected) {
      for (a, b) in zip(own.vector, other) { largest = max(largest, abs(a - b)) }
    }
    #expect(largest < 1e-5, "\(largest)")
  }
}
