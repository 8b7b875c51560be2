import ArgumentParser
import Discern
import DiscernBundle
import DiscernExport
import DiscernIO

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Export models for other programs.",
    subcommands: [ExportONNXCommand.self])
}

extension ONNXOptions.Weights: ExpressibleByArgument {}

struct ExportONNXCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "onnx", abstract: "Export a model as an ONNX graph.",
    discussion: """
      The folder holds model.onnx (opset 17), vocabulary, labels, golden.jsonl with texts and their answers, \
      and predict.py, which needs numpy, onnxruntime and discern encode, and prints the same as discern \
      classify. The graph's input is the output of discern encode; README.md describes its inputs and \
      outputs. The same model gives the same bytes.

      Every classifier can be exported except one with skip gates: networks, ensembles, n-grams, and joined \
      models, with calibration and thresholds. An early exit is left out: the graph is the whole network. \
      Forecasters, matchers, sequence models and models of discern pretrain have no export.

      Examples:
        discern export onnx model --output model-onnx
        python3 model-onnx/predict.py < texts.txt
        discern encode model-onnx < texts.txt > ids.jsonl
      """)

  @Argument(help: "Model folder, or a file made by discern pack.")
  var model: String

  @Option(
    name: .shortAndLong, help: "Output folder; an earlier export there is replaced.", completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "Format of the network's weights: float32, or int8 with a scale per row. Default: as in the model.",
      valueName: "float32|int8"))
  var weights: ONNXOptions.Weights?

  @Flag(
    help: ArgumentHelp(
      "Export bidirectional layers as two operations, for runtimes that ignore sequence lengths "
        + "(OpenVINO)."))
  var splitDirections = false

  @Flag(name: .shortAndLong, help: "Print only warnings and errors.")
  var quiet = false

  func run() throws {
    try reportingErrors {
      _ = Interruption(.saving)
      let classifier = try TextClassifier(contentsOf: model)
      warnAboutICU(of: classifier)
      var options = ONNXOptions()
      options.weights = weights
      options.splitDirections = splitDirections
      let saved = try classifier.exportONNX(to: output, options)
      for note in saved.notes { Console.warning("\(note)") }
      if classifier.model.earlyExit != nil {
        Console.warning("the graph contains the whole network, without its early exit")
      }
      if !quiet {
        Console.line("\(saved.path): written; python3 predict.py --check there compares it with the model")
      }
    }
  }
}
