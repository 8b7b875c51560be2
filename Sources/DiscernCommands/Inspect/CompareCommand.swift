import ArgumentParser
import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernText

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare models or training runs, with tests of significance.",
    discussion: """
      All models are compared with the first. Without --data, shows how the recipes differ and the figures \
      of each training run on its own development texts, which are the same texts only if the same data was \
      split in the same way. A training log (train --json-log) can take the place of a model here.

      With --data, all models classify the same labelled texts. Each figure has a 95 % interval from \
      \(Bootstrap.usualReplicates) bootstrap resamples of the texts; differences from the first model have \
      intervals from the same resamples (paired bootstrap). McNemar's test asks whether two models are wrong \
      equally often, by the texts that only one of them gets right. A p-value below 0.05 is seldom chance, \
      unless many models are compared.

      --differences writes all texts that get different labels as JSON Lines: file, line, task, true, the \
      labels and probabilities of each model in the order of the command line, and text.

      Examples:
        discern compare old new --data test.tsv
        discern compare a b c --data test.tsv --differences differences.jsonl
        discern compare a.jsonl b.jsonl
      """)

  @Argument(help: "Two or more models (folders, or files made by discern pack) or training logs.")
  var models: [String]

  @Option(
    help: "Labelled texts to evaluate on: a file, a folder or an archive; may be repeated.",
    completion: .file())
  var data: [String] = []

  @OptionGroup var selection: MeasuredPart

  @Option(help: "Seed of the bootstrap resampling.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Write all texts that the models label differently to this file, as JSON Lines.", valueName: "path"),
    completion: .file())
  var differences: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if models.count < 2 { throw ValidationError("give at least two models to compare") }
    if data.isEmpty, differences != nil {
      throw ValidationError("--differences needs --data, on which labels can differ")
    }
  }

  func run() throws {
    try reportingErrors {
      let list = try differences.map { path in
        try DifferenceList(path: path, apartFrom: data + models)
      }
      let sources = try models.map { path in try RunSource(path) }
      let records = zip(sources, models).map { $0.record(path: $1) }
      for record in records where !record.notUnderstood.isEmpty {
        Console.warning(
          "\(record.path): unknown to this version: \(record.notUnderstood.joined(separator: ", "))")
      }
      let comparison = data.isEmpty ? nil : try measure(sources)
      if let list, let comparison { try list.write(comparison.texts, hasTasks: comparison.tasks.count > 1) }
      let output = Output.standard()
      if json {
        try output.json(ComparisonJSON(records, comparison, data: data))
      } else {
        let width = Console.outputWidth ?? Console.width
        for line in ComparisonText.lines(records, comparison, width: width) { try output.line(line) }
      }
      try output.flush()
    }
  }

  private func measure(_ sources: [RunSource]) throws -> ModelComparison {
    var classifiers: [(name: String, classifier: TextClassifier)] = []
    for (source, path) in zip(sources, models) {
      guard case .model(let classifier) = source else { throw ComparisonError.needsModel(path: path) }
      warnAboutICU(of: classifier)
      classifiers.append((path, classifier))
    }
    let first = classifiers[0].classifier
    let inputs = try selection.texts(data, for: first, corpus)
    let comparison = try ModelComparison(
      classifiers, on: inputs, bootstrap: Bootstrap(seed: seed), compute: computing.compute())
    corpus.report(comparison.data.reading, part: "data")
    warnOfFewTexts(comparison.data.count)
    return comparison
  }
}
