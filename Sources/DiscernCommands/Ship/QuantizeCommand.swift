import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernSystem

extension WeightPrecision: ExpressibleByArgument {}

struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize", abstract: "Quantise a model's networks to 8 or 16 bits.",
    discussion: """
      --weights int8 (the default) stores word vectors and large weight matrices in 8 bits with a scale per \
      row; heads, norms and biases stay floats. Such a model is faster and gives the same bits on every \
      machine. --weights fp16 only halves the file. N-grams have 8 bits already, so a network-only model \
      shrinks to a quarter, a joined model to a third or two fifths.

      With --data, both models are evaluated on labelled texts, and nothing is written if a task loses more \
      than --max-drop of its accuracy (micro F1 for a multi-label task); the exit code is then 65.

      The model card (README.md) keeps text that people wrote in it.

      Examples:
        discern quantize model --output small
        discern quantize model --output small --data dev.tsv --max-drop 0.002
        discern quantize model --output half --weights fp16
      """)

  @Argument(help: "Model folder, or a file made by discern pack.")
  var model: String

  @Option(name: .shortAndLong, help: "Output folder of the quantised model.", completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "File for the frozen weights of a pretrained transformer, quantised too, instead of a copy in the "
        + "model: as for discern train.", valueName: "path"), completion: .file())
  var reference: String?

  @Option(help: "Format of the weights.")
  var weights: WeightPrecision = .int8

  @Option(help: "Labelled texts to evaluate both models on; may be repeated.", completion: .file())
  var data: [String] = []

  @Option(help: "Maximum drop of a task's accuracy on --data, as a fraction.")
  var maxDrop: Double?

  @OptionGroup var selection: MeasuredPart

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if let maxDrop {
      guard maxDrop >= 0 && maxDrop <= 1 else {
        throw ValidationError("--max-drop \(maxDrop): expected 0 to 1")
      }
      if data.isEmpty { throw ValidationError("--max-drop needs --data to evaluate on") }
    }
  }

  private struct Result: Encodable {
    let weights: WeightPrecision
    let bytesBefore: Int
    let bytesAfter: Int
    let measured: QuantizationReport?
  }

  func run() throws {
    try reportingErrors {
      _ = Interruption(.saving)
      let classifier = try TextClassifier(contentsOf: model)
      warnAboutICU(of: classifier)
      if let old = FolderEntry(path: output), old.identity == FolderEntry(path: model)?.identity {
        throw ValidationError("--output \(output): that is the model itself; name another folder")
      }
      let smaller = try classifier.quantized(to: weights)
      let destination = try TextClassifier.checkDestination(output, reference: reference)
      try smaller.check(destination)
      let measured = data.isEmpty ? nil : try compare(classifier, smaller)
      if let measured, let maxDrop, measured.drop > maxDrop {
        Console.lines(Self.lines(measured).joined(separator: "\n") + "\n")
        Console.error(
          String(
            format: "%@ drops by %.4f, --max-drop is %@; nothing was written",
            measured.worst?.metric.name ?? "", measured.drop, "\(maxDrop)"))
        throw ExitStatus.badData
      }
      let saved = try smaller.save(to: destination, card: try ModelCard(ofModel: model))
      for note in saved.notes { Console.warning("\(note)") }
      let result = Result(
        weights: weights, bytesBefore: try Self.bytes(of: model),
        bytesAfter: try Self.bytes(of: saved.path), measured: measured)
      let output = Output.standard()
      if json {
        try output.json(result)
      } else {
        for line in Self.lines(result, path: saved.path) { try output.line(line) }
      }
      try output.flush()
    }
  }

  /// The size of all files of a folder except the manifest.
  private static func bytes(of folder: String) throws -> Int {
    try BundleFolder(path: folder, format: .model).manifest.files.values.reduce(0) { $0 + $1.bytes }
  }

  private func compare(
    _ classifier: TextClassifier, _ smaller: TextClassifier
  ) throws -> QuantizationReport {
    let inputs = try selection.texts(data, for: classifier, corpus)
    return try classifier.comparison(with: smaller, on: inputs, compute: try computing.compute())
  }

  private static func lines(_ report: QuantizationReport) -> [String] {
    var table = Table()
    table.add("task", "texts", "metric", "before", "after", "changed")
    for task in report.tasks {
      table.add(
        task.name.isEmpty ? "all" : task.name, task.texts.grouped, task.metric.name,
        String(format: "%.4f", task.before),
        String(format: "%.4f", task.after),
        task.changed.grouped
          + String(format: " (%.2f %%)", 100 * Double(task.changed) / Double(max(1, task.texts))))
    }
    return table.lines
  }

  private static func lines(_ result: Result, path: String) -> [String] {
    let factor = Double(result.bytesBefore) / Double(max(1, result.bytesAfter))
    return [
      String(
        format: "%@: %@ bytes, %@ before: %.2f times smaller", DisplayText.escaped(path),
        result.bytesAfter.grouped, result.bytesBefore.grouped, factor)
    ] + (result.measured.map(lines) ?? [])
  }
}
