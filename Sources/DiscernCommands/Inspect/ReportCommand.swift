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
    commandName: "report", abstract: "Write a page about a model on labelled texts: one HTML file.",
    discussion: """
      The page needs no network and runs no script. It has every metric with a 95 % interval, a table of \
      the labels, confusions, ROC and precision-recall curves, reliability on this data, what thresholds \
      come to, learning curves of all seeds, accuracy by length and by unknown words, the surest errors and \
      the texts nearest to the border with the words that decided, and labels that may be wrong. The same \
      input gives the same bytes.

      --train looks for texts that the model was trained on among these, exact and near copies, and measures \
      without them. --log adds the curves of trainings whose log train --json-log wrote; those of the \
      model's own training are there anyway.

      Of a folder or archive with parts (train, test, dev or val), test is measured, or else dev.

      Examples:
        discern report model --data test.tsv --output report.html
        discern report model --data test.tsv --train train.tsv --output report.html
      """)

  @Argument(help: "The model: its folder, or the file that discern pack made.")
  var model: String

  @OptionGroup var measuring: MeasuredArguments

  @Option(help: "The page to write.")
  var output: String

  @Option(help: "The log of a training, as train --json-log writes it; may be repeated.")
  var log: [String] = []

  @Option(help: "What the model was trained on, to look for the same texts in it; may be repeated.")
  var train: [String] = []

  @Option(help: "Keys the resamples of the intervals.")
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
        if log.isCut { Console.warning("\(path): the last line is cut short and left out") }
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

  /// The training part of what the model was trained on.
  private func training(_ options: CorpusOptions) throws -> Corpus? {
    if train.isEmpty { return nil }
    let all = try Corpus(paths: train, options: options)
    return all.availableParts.contains(.train) ? try all.selecting(.train) : all
  }
}
