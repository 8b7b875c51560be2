import DiscernIO

/// The `README.md` of an export.
enum ExportReadme {
  /// - Parameters:
  ///   - words: the file of the words, or word pieces, that a network reads.
  ///   - leavesOutExit: whether the model has an early exit.
  static func text(
    _ graph: ONNXGraph, words: String = ONNXContent.vocabularyFile, leavesOutExit: Bool = false
  ) -> String {
    """
    # A text classifier as an ONNX graph

    Written by Discern (`discern export onnx`). `model.onnx` uses the operations of ONNX's set \
    \(ONNXModel.operatorSet); it computes in 32 bits.

        python3 predict.py < texts.txt                                # what `discern classify` prints
        discern encode . < texts.txt | python3 predict.py --encoded   # the same in two steps
        python3 predict.py --check                                    # compares with golden.jsonl

    `predict.py` needs Python 3.8 with numpy and onnxruntime. It does not tokenize: it runs `discern encode` \
    on this folder (DISCERN, if set, is the path of the program), or reads the output of an earlier \
    `discern encode`. The graph of an 8-bit model computes in floats, so probabilities differ slightly.\
    \(leavesOutExit ? exit : "")

    | file | content |
    |---|---|
    | `model.onnx` | the graph |
    | `labels.json` | each task's labels in the outputs' order, thresholds, the separator of several labels |
    \(files(graph, words))| `golden.jsonl` | texts with inputs and answers, for checking a runtime |
    | `predict.py` | from the inputs to labels |
    | `manifest.json` | tokenizer, length limit, tasks, and the SHA-256 of every file |

    ## Inputs

    | name | numbers | meaning |
    |---|---|---|
    \(graph.inputs.map(row).joined(separator: "\n"))

    Sizes with a name differ from batch to batch. `discern encode` gives each text's inputs as a line of \
    JSON; the lists of a batch are padded to the longest. Padding does not affect the outputs. Unknown ids \
    count as unknown words, and lengths below 1 as 1.

    ## Outputs

    | name | numbers | meaning |
    |---|---|---|
    \(graph.outputs.map(row).joined(separator: "\n"))

    """
  }

  private static let exit =
    " The graph contains the whole network, without the early exit of the model (`discern classify "
    + "--exit-confidence`)."

  private static func files(_ graph: ONNXGraph, _ words: String) -> String {
    let inputs = graph.inputs.map(\.name)
    let kind = words == ONNXContent.piecesFile ? "word pieces" : "words"
    return (inputs.contains("tokens") ? "| `\(words)` | the \(kind), in the order of their ids |\n" : "")
      + (inputs.contains("words")
        ? "| `\(ONNXContent.vocabularyFile)` | the words of the networks beside it, by their ids |\n"
        : "")
      + (inputs.contains("ngrams")
        ? "| `ngrams.txt`, `ngrams.safetensors` | the n-grams, and which of them have weights |\n" : "")
  }

  private static func row(_ value: ONNXValue) -> String {
    let shape = value.shape.map { size in
      switch size {
      case .fixed(let count): "\(count)"
      case .any(let name): name
      }
    }
    // A task's name may be anything.
    let name = DisplayText.escaped(value.name).replacing("|", with: "\\|").replacing("`", with: "'")
    return "| `\(name)` | \(value.type) [\(shape.joined(separator: ", "))] | \(meaning(value)) |"
  }

  private static func meaning(_ value: ONNXValue) -> String {
    switch value.name.prefix(while: { $0 != "." }) {
    case "tokens":
      value.shape.first == .any("sentences")
        ? "word ids of each sentence of all texts, padded with `0`"
        : "word ids, padded with `0`"
    case "lengths": "number of words of each \(value.shape == [.any("sentences")] ? "sentence" : "text")"
    case "words": "the same for the word-based networks beside the transformer"
    case "words_lengths":
      "number of words of each \(value.shape == [.any("sentences")] ? "sentence" : "text")"
    case "sentences": "for each text the rows of `tokens` that are its sentences, padded with `-1`"
    case "letters": "for each unknown word the hash buckets of its character n-grams, padded with `-1`"
    case "word_letters": "for each word its row of `letters`, counted from 1, or `0`"
    case "ngrams": "ids of the n-grams, padded with `-1`"
    case "values": "value of each n-gram"
    case "logits": "before temperature scaling"
    case "probabilities": "after temperature scaling"
    case "labels":
      value.type == .bool
        ? "whether each label is "
          + "assigned" : "number of the most probable label"
    case "attention":
      "attention weight of each word" + (value.shape.first == .any("sentences") ? " in its sentence" : "")
    case "sentence_attention": "attention weight of each sentence"
    default: ""
    }
  }
}
