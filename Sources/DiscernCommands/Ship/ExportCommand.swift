import ArgumentParser
import Discern
import DiscernBundle
import DiscernExport
import DiscernIO

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write models in forms that other programs run.",
    subcommands: [ExportONNXCommand.self])
}

extension ONNXOptions.Weights: ExpressibleByArgument {}

struct ExportONNXCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "onnx", abstract: "Write a model as an ONNX graph.",
    discussion: """
      The folder holds model.onnx (operations of ONNX's set 17), vocabulary, labels, golden.jsonl with texts \
      and their answers, and predict.py, which needs numpy, onnxruntime and discern encode and prints what \
      discern classify prints. The graph reads what discern encode gives; README.md names its inputs and \
      outputs. The same model gives the same bytes.

      Every model can be exported: networks of any shape, several of them, n-grams, and both joined; with \
      calibration and thresholds.

      Examples:
        discern export onnx model --output model-onnx
        python3 model-onnx/predict.py < texts.txt
        discern encode model-onnx < texts.txt > ids.jsonl
      """)

  @Argument(help: "The model: its folder, or the file that discern pack made.")
  var model: String

  @Option(name: .shortAndLong, help: "The folder to write; an earlier export there is replaced.")
  var output: String

  @Option(
    help: ArgumentHelp(
      "The network's weights: float32, or int8 with a scale for each row. Default: as the model has them.",
      valueName: "float32|int8"))
  var weights: ONNXOptions.Weights?

  @Flag(
    help: "Make a layer's two directions two operations, for runtimes that pass over lengths (OpenVINO).")
  var splitDirections = false

  @Flag(name: .shortAndLong, help: "Print nothing but warnings and errors.")
  var quiet = false

  func run() throws {
    try reportingErrors {
      let classifier = try TextClassifier(contentsOf: model)
      warnAboutICU(of: classifier)
      var options = ONNXOptions()
      options.weights = weights
      options.splitDirections = splitDirections
      let saved = try classifier.exportONNX(to: output, options)
      for note in saved.notes { Console.warning("\(note)") }
      if classifier.model.earlyExit != nil {
        Console.warning("the graph is all of the network; its early exit stays with Discern's own model")
      }
      if !quiet {
        Console.line("\(saved.path): written; python3 predict.py --check there compares it with the model")
      }
    }
  }
}
