import DiscernIO

/// The `README.md` of an export.
enum ExportReadme {
  /// - Parameters:
  ///   - words: the file of the words, or pieces of words, that a network reads.
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

    `predict.py` needs Python 3.8 with numpy and onnxruntime. It has no way of its own from texts to ids: it \
    runs `discern encode` on this folder (the program named by the variable DISCERN, if set), or reads what \
    that gave elsewhere. Of a model in 8 bits the graph computes in floats, so probabilities differ a little.\
    \(leavesOutExit ? exit : "")

    | file | content |
    |---|---|
    | `model.onnx` | the graph |
    | `labels.json` | each task's labels in the outputs' order, thresholds, the separator of several labels |
    \(files(graph, words))| `golden.jsonl` | texts with inputs and answers, to check a runtime by |
    | `predict.py` | from the inputs to labels |
    | `manifest.json` | tokenizer, length limit, tasks, and the SHA-256 of every file |

    ## Inputs

    | name | numbers | meaning |
    |---|---|---|
    \(graph.inputs.map(row).joined(separator: "\n"))

    Sizes with a name differ from batch to batch. `discern encode` gives each text's inputs as a line of \
    JSON; lists of a batch's texts are filled up to the longest. What comes behind a text's length changes \
    nothing. Ids that are not known count as unknown words, and a length below 1 as 1.

    ## Outputs

    | name | numbers | meaning |
    |---|---|---|
    \(graph.outputs.map(row).joined(separator: "\n"))

    """
  }

  private static let exit =
    " The graph is all of the network: the early exit of the model (`discern classify --exit-confidence`) is "
    + "not in it."

  private static func files(_ graph: ONNXGraph, _ words: String) -> String {
    let inputs = graph.inputs.map(\.name)
    let kind = words == ONNXContent.piecesFile ? "pieces of words" : "words"
    return (inputs.contains("tokens") ? "| `\(words)` | the \(kind), in the order of their ids |\n" : "")
      + (inputs.contains("words")
        ? "| `\(ONNXContent.vocabularyFile)` | the words of the networks beside it, by their ids |\n"
        : "")
      + (inputs.contains("ngrams")
        ? "| `ngrams.txt`, `ngrams.safetensors` | the n-grams, and which of them weigh anything |\n" : "")
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
        ? "ids of the words of each sentence of all texts; `0` behind its end"
        : "ids of the words; `0` behind a text's end"
    case "lengths": "how many words each \(value.shape == [.any("sentences")] ? "sentence" : "text") has"
    case "words": "the same of the words of the networks beside the transformer"
    case "words_lengths":
      "how many words each \(value.shape == [.any("sentences")] ? "sentence" : "text") has"
    case "sentences": "for each text the rows of `tokens` that are its sentences; `-1` behind them"
    case "letters": "for each unknown word the buckets of its letters; `-1` behind them"
    case "word_letters": "for each word its row of `letters`, counted from 1; `0` for none"
    case "ngrams": "numbers of the n-grams; `-1` behind the last"
    case "values": "what each n-gram counts"
    case "logits": "before the temperature"
    case "probabilities": "with the temperature"
    case "labels": value.type == .bool ? "whether each label is given" : "the number of the likeliest label"
    case "attention":
      "how much each word weighed" + (value.shape.first == .any("sentences") ? " in its sentence" : "")
    case "sentence_attention": "how much each sentence weighed"
    default: ""
    }
  }
}
