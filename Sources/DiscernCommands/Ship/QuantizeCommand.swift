import ArgumentParser
import Discern
import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernSystem

extension WeightPrecision: ExpressibleByArgument {}

struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize", abstract: "Make a model smaller: its networks in 8 bits, or in 16.",
    discussion: """
      --weights int8 (the default) keeps word vectors and the weights of large products in 8 bits with a \
      scale for each row; heads, norms and biases stay floats. Such a model answers more quickly, and with \
      the same bits on every machine. --weights fp16 halves the file alone. N-grams have 8 bits already, \
      so that a network alone comes to a quarter of its size and a joined model to a third or two fifths.

      With --data both models are measured on labelled texts, and nothing is written if a task loses more \
      than --max-drop of its accuracy (of a multi-label task: micro F1); the exit code is then 65.

      The card (README.md) keeps what people wrote on the model's.

      Examples:
        discern quantize model --output small
        discern quantize model --output small --data dev.tsv --max-drop 0.002
        discern quantize model --output half --weights fp16
      """)

  @Argument(help: "The model: its folder, or the file that discern pack made.")
  var model: String

  @Option(name: .shortAndLong, help: "The folder of the smaller model.")
  var output: String

  @Option(
    help: ArgumentHelp(
      "A file for what training left of a pretrained transformer as it was, in few bits too, in the place of "
        + "a copy in the model: as with discern train.", valueName: "path"))
  var reference: String?

  @Option(help: "In how few bits.")
  var weights: WeightPrecision = .int8

  @Option(help: "Labelled texts to measure both models on; may be repeated.")
  var data: [String] = []

  @Option(help: "By how much a task may fall on --data at most, as a share of all texts.")
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
      if data.isEmpty { throw ValidationError("--max-drop: give --data to measure on") }
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
            format: "%@ falls by %.4f, --max-drop is %@; nothing was written",
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

  /// All of a folder's files but the manifest.
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
