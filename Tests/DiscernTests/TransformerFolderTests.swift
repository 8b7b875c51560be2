import Discern
import DiscernBundle
import DiscernIO
import DiscernTensor
import Foundation
import TestSupport
import Testing

private let texts = ["good films.", "film", "", "bad [MASK] film good", "dull plot"]

private func bits(_ folder: String) throws -> [[UInt32]] {
  try TextEmbedder(contentsOf: folder, compute: Compute(threadCount: 1)).vectors(of: texts).map {
    $0.vector.map(\.bitPattern)
  }
}

private func message(_ folder: String) -> String {
  do throws(DiscernError) {
    _ = try TextEmbedder(contentsOf: folder)
    return ""
  } catch { return error.description }
}

private func put(_ content: String, _ name: String, in folder: String) throws {
  let url = URL(fileURLWithPath: folder + "/" + name)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(content.utf8).write(to: url)
}

private func withBERT(_ body: (String) throws -> Void) throws {
  try withTemporaryFolder { folder in
    try TransformerFixture.write("bert", to: folder + "/m")
    try body(folder + "/m")
  }
}

@Suite struct TransformerFolderTests {
  @Test func linesOfAVocabularyMayEndInAnyWay() throws {
    try withBERT { folder in
      let expected = try bits(folder)
      let lines = TransformerFixture.pieces
      for content in [
        lines.joined(separator: "\n"), lines.joined(separator: "\r\n") + "\r\n",
        lines.joined(separator: "\r") + "\r",
        lines.enumerated().map { $1 + ($0 == 4 ? "\r\n" : "\n") }.joined(),
      ] {
        try put(content, "vocab.txt", in: folder)
        #expect(try bits(folder) == expected, "\(content.debugDescription)")
      }
    }
  }

  @Test(arguments: ["\r\n", "a\r", "\nb", "a\rb"]) func aPieceWithALineEndIsRefused(piece: String) throws {
    try withBERT { folder in
      try TransformerFixture.writeTokenizer(to: folder) { content in
        var model = content["model"] as? [String: Any] ?? [:]
        var vocabulary = model["vocab"] as? [String: Int] ?? [:]
        vocabulary[piece] = vocabulary.removeValue(forKey: "dull")
        model["vocab"] = vocabulary
        content["model"] = model
      }
      #expect(message(folder).contains("piece 10 of the vocabulary"), "\(message(folder))")
      #expect(message(folder).contains("contains a line break"), "\(message(folder))")
    }
  }

  /// Of 13 pieces.
  @Test(arguments: [(13, true), (16, true), (128, true), (15, false), (12, false), (144, false)])
  func aVocabularyMayBePaddedButNotCut(rows: Int, isRight: Bool) throws {
    try withTemporaryFolder { folder in
      try TransformerFixture.write("bert", to: folder + "/m") {
        $0["vocab_size"] = rows
      } changeTensors: {
        ($0[0].shape, $0[0].values) = ([rows, 8], [Float](repeating: 0.5, count: 8 * rows))
      }
      let text = message(folder + "/m")
      #expect(isRight == text.isEmpty, "\(text)")
      if !isRight { #expect(text.contains("13 pieces") && text.contains("vocab_size of \(rows)"), "\(text)") }
    }
  }

  /// Weights of these sizes would take terabytes.
  @Test func sizesAreComparedWithTheFileBeforeMemoryIsTaken() throws {
    try withTemporaryFolder { folder in
      for sizes in [
        ["hidden_size": 65_536, "intermediate_size": 65_536],
        ["intermediate_size": 65_536, "max_position_embeddings": 1 << 20],
        ["max_position_embeddings": 1 << 20],
        ["num_hidden_layers": 256],
      ] {
        try TransformerFixture.write("bert", to: folder + "/m") { $0.merge(sizes) { $1 } }
        let text = message(folder + "/m")
        #expect(text.contains("expected [") || text.contains("there is no tensor"), "\(text)")
      }
    }
  }

  @Test func foldersOfTodaysSentenceTransformersAreRead() throws {
    try withBERT { folder in
      let former = "sentence_transformers.models."
      try put(
        """
        [{"path": "", "type": "\(former)Transformer"}, {"path": "1_Pooling", "type": "\(former)Pooling"},
         {"path": "2_Normalize", "type": "\(former)Normalize"}]
        """, "modules.json", in: folder)
      try put(
        """
        {"word_embedding_dimension": 8, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false,
         "pooling_mode_max_tokens": false}
        """,
        "1_Pooling/config.json", in: folder)
      try put(#"{"max_seq_length": 6, "do_lower_case": false}"#, "sentence_bert_config.json", in: folder)
      try put(#"{"__version__": {}}"#, "config_sentence_transformers.json", in: folder)
      let expected = try bits(folder)
      #expect(try TextEmbedder(contentsOf: folder).maximumPieces == 6)
      try put(
        """
        [{"idx": 0, "name": "0", "path": "",
          "type": "sentence_transformers.base.modules.transformer.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling",
          "type": "sentence_transformers.sentence_transformer.modules.pooling.Pooling"},
         {"idx": 2, "name": "2", "path": "2_Normalize",
          "type": "sentence_transformers.base.modules.normalize.Normalize"}]
        """, "modules.json", in: folder)
      try put(
        #"{"embedding_dimension": 8, "pooling_mode": "cls", "include_prompt": true}"#,
        "1_Pooling/config.json", in: folder)
      try put(
        #"{"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}"#,
        "2_Normalize/config.json", in: folder)
      try put(
        """
        {"transformer_task": "feature-extraction", "module_output_name": "token_embeddings",
         "modality_config": {"text": {"method": "forward", "method_output_name": "last_hidden_state"}}}
        """, "sentence_bert_config.json", in: folder)
      try put(
        """
        {"model_type": "SentenceTransformer", "prompts": {"query": "", "document": ""},
         "default_prompt_name": null, "similarity_fn_name": "cosine"}
        """, "config_sentence_transformers.json", in: folder)
      try put(#"{"do_lower_case": true, "model_max_length": 6}"#, "tokenizer_config.json", in: folder)
      #expect(try bits(folder) == expected)
      #expect(try TextEmbedder(contentsOf: folder).maximumPieces == 6)
      try put(#"{"model_max_length": 1000000000000000019884624838656}"#, "tokenizer_config.json", in: folder)
      #expect(try TextEmbedder(contentsOf: folder).maximumPieces == 16)
    }
  }

  @Test func aVectorThatIsNotFiniteIsAnError() throws {
    try withTemporaryFolder { folder in
      try TransformerFixture.write("bert", to: folder + "/m") { _ in
      } changeTensors: {
        for index in $0.indices where $0[index].name.hasSuffix("layer.1.output.LayerNorm.weight") {
          $0[index].values = $0[index].values.map { _ in 3e38 }
        }
      }
      let embedder = try TextEmbedder(contentsOf: folder + "/m")
      do throws(DiscernError) {
        _ = try embedder.vectors(of: texts)
        Issue.record("there is no error")
      } catch {
        if case .vector(number: 0) = error { return }
        Issue.record("\(error)")
      }
    }
  }

  /// Each is refused with an error that names the fault.
  @Test(arguments: [
    ("modules.json", "{}", "modules.json: it is not a list of modules"),
    ("modules.json", "[]", "its modules are none"),
    (
      "modules.json", #"[{"path": "", "type": "sentence_transformers.models.Transformer"}]"#,
      "its modules are Transformer"
    ),
    (
      "modules.json",
      """
      [{"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
       {"path": "", "type": "sentence_transformers.models.Transformer"}]
      """, "its modules are Pooling, Transformer"
    ),
    (
      "modules.json", #"[{"path": "", "type": "my.Transformer"}]"#,
      "the module “my.Transformer” is not supported"
    ),
    (
      "modules.json", #"[{"path": "0_Transformer", "type": "sentence_transformers.models.Transformer"}]"#,
      "its Transformer is in “0_Transformer”"
    ),
    ("1_Pooling/config.json", #"{"embedding_dimension": 9, "pooling_mode": "mean"}"#, "tokens of 9 features"),
    (
      "1_Pooling/config.json", #"{"embedding_dimension": 8, "pooling_mode": ["mean", "max"]}"#,
      "its pooling is mean, max"
    ),
    ("1_Pooling/config.json", #"{"pooling_mode": "lasttoken"}"#, "its pooling is lasttoken"),
    ("1_Pooling/config.json", #"{"pooling_mode": "mean", "new": 1}"#, "the key “new” is not supported"),
    ("2_Normalize/config.json", #"{"module_input_name": "token_embeddings"}"#, "module_input_name is"),
    ("sentence_bert_config.json", #"{"max_seq_length": 2}"#, "max_seq_length is 2"),
    ("sentence_bert_config.json", #"{"max_seq_length": "256"}"#, "max_seq_length is neither null nor"),
    ("sentence_bert_config.json", #"{"new": 2}"#, "the key “new”"),
    ("sentence_bert_config.json", #"{"transformer_task": "fill-mask"}"#, "transformer_task is “fill-mask”"),
    (
      "config_sentence_transformers.json", #"{"prompts": {"q": "query: "}, "default_prompt_name": "q"}"#,
      "default_prompt_name is “q”"
    ),
    (
      "config_sentence_transformers.json", #"{"model_type": "SparseEncoder"}"#,
      "model_type is “SparseEncoder”"
    ),
    ("tokenizer_config.json", #"{"model_max_length": 1}"#, "model_max_length is 1"),
    ("tokenizer_config.json", #"{"do_lower_case": "yes"}"#, "do_lower_case is neither null nor"),
    ("tokenizer_config.json", #"{"tokenizer_class": "BertJapaneseTokenizer"}"#, "“BertJapaneseTokenizer”"),
    ("tokenizer_config.json", #"{"cls_token": "<s>"}"#, "cls_token is “<s>”, expected [CLS]"),
    ("tokenizer_config.json", #"{"extra_special_tokens": ["[Q]"]}"#, "token “[Q]” is not a piece"),
    ("special_tokens_map.json", #"{"sep_token": {"content": "</s>"}}"#, "sep_token is “</s>”"),
    ("config.json", "[]", "config.json: it is not a JSON object"),
    ("config.json", "{}", "model_type is missing"),
    ("vocab.txt", "version https", "vocab.txt: it is a Git LFS pointer"),
  ]) func whatIsNotKnownIsRefused(file: String, content: String, words: String) throws {
    try withBERT { folder in
      try put(
        """
        [{"path": "", "type": "sentence_transformers.models.Transformer"},
         {"path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
         {"path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
        """, "modules.json", in: folder)
      try put(#"{"pooling_mode": "mean"}"#, "1_Pooling/config.json", in: folder)
      #expect(message(folder).isEmpty, "\(message(folder))")
      try put(content, file, in: folder)
      #expect(message(folder).contains(words), "\(message(folder))")
    }
  }

  @Test func textsAreLowerCasedByTheTokenizerOrNotAtAll() throws {
    try withBERT { folder in
      let expected = try bits(folder)
      try put(#"{"do_lower_case": true}"#, "sentence_bert_config.json", in: folder)
      #expect(try bits(folder) == expected)
      try put(#"{"do_lower_case": false}"#, "tokenizer_config.json", in: folder)
      #expect(message(folder).contains("lower-case texts (do_lower_case)"), "\(message(folder))")
    }
  }

  @Test func configurationsOfOtherNetworksAreRefused() throws {
    try withTemporaryFolder { folder in
      func expect(_ words: String, _ change: (inout [String: Any]) -> Void) throws {
        try TransformerFixture.write("bert", to: folder + "/m", change)
        #expect(message(folder + "/m").contains(words), "\(message(folder + "/m"))")
      }
      try expect("add_cross_attention") { $0["add_cross_attention"] = true }
      try expect("quantization_config") { $0["quantization_config"] = ["bits": 4] }
      try expect("layer_norm_eps is neither") { $0["layer_norm_eps"] = "1e-12" }
      try expect("position_embedding_type is neither") { $0["position_embedding_type"] = 1 }
      try expect("“encoder.layer.1.") { $0["num_hidden_layers"] = 1 }
    }
  }

  @Test(arguments: [
    ("embeddings.position_ids", true), ("pooler.dense.weight", true), ("cls.predictions.bias", true),
    ("classifier.weight", true), ("encoder.layer.2.output.dense.bias", false),
    ("encoder.layer.0.adapter.weight", false), ("bert.embeddings.LayerNorm.weight", false),
    ("embeddings.LayerNorm.gamma", false), ("extra", false),
  ]) func otherTensorsAreThoseOfHeads(name: String, isKnown: Bool) throws {
    try withTemporaryFolder { folder in
      try TransformerFixture.write("bert", to: folder + "/m") { _ in
      } changeTensors: {
        $0.append((name, [8], [Float](repeating: 1, count: 8)))
      }
      let text = message(folder + "/m")
      #expect(isKnown ? text.isEmpty : text.contains("the tensor “\(name)”"), "\(text)")
    }
  }

  @Test(arguments: ["model.safetensors", "pytorch_model.bin"]) func aPointerIsNamedHoweverShort(name: String)
    throws
  {
    try withBERT { folder in
      try FileManager.default.removeItem(atPath: folder + "/model.safetensors")
      let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
      for count in [8, 20, 43, pointer.utf8.count] {
        try put(String(pointer.prefix(count)), name, in: folder)
        #expect(message(folder).contains("\(name): it is a Git LFS pointer"), "\(message(folder))")
      }
    }
  }

  @Test func aFolderMustBeOne() throws {
    try withBERT { folder in
      #expect(message(folder + "/none") == folder + "/none: no such file or folder")
      #expect(message(folder + "/vocab.txt").contains("vocab.txt: it is not a folder"))
    }
  }
}
