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
    commandName: "compare", abstract: "Compare models or trainings, and say whether a difference is chance.",
    discussion: """
      The first is the one that all others are compared with. Without --data it shows in which choices \
      the recipes differ and what each training reached on its own development texts, which are the same \
      only where the same data was divided in the same way; the log of a training (train --json-log) can \
      then stand for a model.

      With --data all models answer the same labelled texts. Each figure has the interval in which 95 % of \
      \(Bootstrap.usualReplicates) resamples of the texts lie; differences from the first have such an \
      interval on the same resamples (paired bootstrap). McNemar's test asks whether two models are wrong \
      equally often: it counts the texts that only one of them gets right. A p below 0.05 is seldom chance, \
      unless many models are compared.

      --differences writes every text that gets different labels as JSON Lines: file, line, task, true, the \
      labels of each model in the order of the command line with their probabilities, and text.

      Examples:
        discern compare old new --data test.tsv
        discern compare a b c --data test.tsv --differences differences.jsonl
        discern compare a.jsonl b.jsonl
      """)

  @Argument(help: "Models (folders, or files that discern pack made), or logs of trainings; two and more.")
  var models: [String]

  @Option(help: "Labelled texts to measure on: a file, a folder or an archive; may be repeated.")
  var data: [String] = []

  @OptionGroup var selection: MeasuredPart

  @Option(help: "Keys the resamples.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Write every text that gets different labels to this file, as JSON Lines.", valueName: "path"))
  var differences: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if models.count < 2 { throw ValidationError("give two models or more, to compare them with each other") }
    if data.isEmpty, differences != nil {
      throw ValidationError("--differences: which texts get different labels shows on --data; give some")
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
          "\(record.path): not known to this version: \(record.notUnderstood.joined(separator: ", "))")
      }
      let comparison = data.isEmpty ? nil : try measure(sources)
      if let list, let comparison { try list.write(comparison.texts, hasTasks: comparison.tasks.count > 1) }
      let output = Output.standard()
      if json {
        try output.json(ComparisonJSON(records, comparison, data: data))
      } else {
        for line in ComparisonText.lines(records, comparison, width: Console.width) { try output.line(line) }
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
