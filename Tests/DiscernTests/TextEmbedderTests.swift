import Discern
import DiscernBundle
import DiscernIO
import DiscernTensor
import Foundation
import TestSupport
import Testing

@Suite struct TextEmbedderTests {
  private static let texts = ["good films.", "film", "", "bad [MASK] film good good good good", "good"]

  private func bits(_ vectors: [(vector: [Float], cut: Int)]) -> [[UInt32]] {
    vectors.map { $0.vector.map(\.bitPattern) }
  }

  @Test func theTwoFamiliesAgreeAndATextAloneHasTheSameVector() throws {
    try withTemporaryFolder { folder in
      try TransformerFixture.write("bert", to: folder + "/bert")
      try TransformerFixture.write("distilbert", to: folder + "/distil")
      let embedder = try TextEmbedder(contentsOf: folder + "/bert", compute: Compute(threadCount: 1))
      #expect(embedder.vectorSize == 8 && embedder.maximumPieces == 16)
      let together = try embedder.vectors(of: Self.texts)
      #expect(together.allSatisfy { $0.vector.allSatisfy(\.isFinite) && $0.cut == 0 })
      #expect(Set(bits(together)).count == Self.texts.count)
      for (index, text) in Self.texts.enumerated() {
        #expect(try bits(embedder.vectors(of: [text]))[0] == bits(together)[index], "\(text)")
      }
      let others = try TextEmbedder(contentsOf: folder + "/bert", compute: Compute(threadCount: 3))
      #expect(try bits(others.vectors(of: Self.texts)) == bits(together))
      let distil = try TextEmbedder(contentsOf: folder + "/distil", compute: Compute(threadCount: 1))
      #expect(try bits(distil.vectors(of: Self.texts)) == bits(together))
      #expect(try embedder.vectors(of: [String(repeating: "good ", count: 20)])[0].cut == 6)
      #expect(try embedder.vectors(of: []).isEmpty)
    }
  }

  /// Files from before norms' weights had today's names.
  @Test func normsMayHaveTheirFormerNames() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m"
      try TransformerFixture.write("bert", to: path)
      let now = try TextEmbedder(contentsOf: path).vectors(of: Self.texts)
      let file = URL(fileURLWithPath: path + "/model.safetensors")
      var bytes = try Data(contentsOf: file)
      // The header keeps its length.
      for (name, old) in [
        ("LayerNorm.weight\":", "LayerNorm.gamma\": "), ("LayerNorm.bias", "LayerNorm.beta"),
      ] {
        while let place = bytes.range(of: Data(name.utf8)) {
          bytes.replaceSubrange(place, with: Data(old.utf8))
        }
      }
      try bytes.write(to: file)
      #expect(try bits(TextEmbedder(contentsOf: path).vectors(of: Self.texts)) == bits(now))
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
        try TransformerFixture.write("bert", to: path, change)
        #expect(message(path).contains(words), "\(message(path))")
      }
      #expect(message(folder).contains("config.json"))
      try expect("model_type “gpt2” is not supported") { $0["model_type"] = "gpt2" }
      try expect("the activation “relu”") { $0["hidden_act"] = "relu" }
      try expect("position_embedding_type “relative_key”") { $0["position_embedding_type"] = "relative_key" }
      try expect("8 features for 3 heads") { $0["num_attention_heads"] = 3 }
      try expect("hidden_size is missing") { $0["hidden_size"] = nil }
      try expect("vocab_size of 5") { $0["vocab_size"] = 5 }
      try expect("decoder") { $0["is_decoder"] = true }
      try TransformerFixture.write("bert", to: path)
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
      for name in ["model.safetensors", "config.json"] {
        try TransformerFixture.write("bert", to: path)
        try Data("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8).write(
          to: URL(fileURLWithPath: path + "/" + name))
        #expect(message(path).contains("\(name): it is a Git LFS pointer"), "\(message(path))")
      }
      try TransformerFixture.write("bert", to: path)
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
    for (own, other) in zip(try embedder.vectors(of: texts), expected) {
      for (a, b) in zip(own.vector, other) { largest = max(largest, abs(a - b)) }
    }
    #expect(largest < 1e-5, "\(largest)")
  }
}
