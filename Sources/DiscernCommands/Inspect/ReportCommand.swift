import ArgumentParser
import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernModels
import DiscernReports
import DiscernSystem
import DiscernTensor
import DiscernText

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write an HTML report on a model's results on labelled texts.",
    discussion: """
      The page works offline and has no scripts. It shows all metrics with 95 % intervals, a table of the \
      labels, confusions, ROC and precision-recall curves, calibration on this data, the effect of \
      thresholds, learning curves of all seeds, accuracy by length and by unknown words, the most confident \
      errors, the least certain texts with the words that decided, and labels that may be wrong. The same \
      input gives the same bytes.

      --train looks for exact and near-duplicates of these texts among the training texts, and evaluates \
      without them. --log adds the learning curves of other training runs (train --json-log); those of the \
      model's own training are always shown.

      If the data is a folder or archive with parts (train, test, dev or val), test is evaluated, or else dev.

      Examples:
        discern report model --data test.tsv --output report.html
        discern report model --data test.tsv --train train.tsv --output report.html
      """)

  @Argument(help: "Model folder, or a file made by discern pack.")
  var model: String

  @OptionGroup var measuring: MeasuredArguments

  @Option(help: "Output file (HTML).", completion: .file())
  var output: String

  @Option(
    help: "Log of a training run, as written by train --json-log; may be repeated.", completion: .file())
  var log: [String] = []

  @Option(
    help: "Training texts of the model, in which to look for copies of the test texts; may be repeated.",
    completion: .file())
  var train: [String] = []

  @Option(help: "Seed of the bootstrap resampling for the intervals.")
  var seed: UInt64 = 1

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func run() throws {
    try reportingErrors {
      let target = try OutputTarget(path: output)
      try target.requireOutside(ofModel: model)
      try target.requireApart(from: measuring.data + train + log + [model])
      try target.tryOut()
      let logs = try log.map { path in
        let log = try RunLog(contentsOf: path)
        if log.isCut { Console.warning("\(path): the last line is incomplete and left out") }
        return ReportPage.Log(path: path, runs: log.runs)
      }
      let classifier = try TextClassifier(contentsOf: model)
      warnAboutICU(of: classifier)
      try measuring.requireUse(of: classifier)
      let inputs = try measuring.selection.texts(measuring.data, for: classifier, corpus)
      let report = try ModelReport(
        of: classifier, on: inputs, training: try training(inputs.options), threshold: measuring.thresholds,
        bootstrap: Bootstrap(seed: seed), compute: computing.compute())
      corpus.report(report.reading, part: "data")
      reportCuts(
        report.data, hasNetwork: classifier.kind.hasNetwork, part: "data", quiet: corpus.quiet)
      warnOfFewTexts(report.data.texts)
      let page = ReportPage(report, model: model, data: measuring.data, logs: logs)
      try target.write(Array(page.html.utf8))
    }
  }

  /// The model's training texts; nil if none are given.
  private func training(_ options: CorpusOptions) throws -> Corpus? {
    if train.isEmpty { return nil }
    let all = try Corpus(paths: train, options: options)
    return all.availableParts.contains(.train) ? try all.selecting(.train) : all
  }
}
