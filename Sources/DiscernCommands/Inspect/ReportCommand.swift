import ArgumentParser
import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernModels
import DiscernReports
import DiscernTensor
import DiscernText
import Foundation

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

  @Option(help: "Labelled texts: a file, a folder or an archive; may be repeated.")
  var data: [String]

  @Option(help: "The page to write.")
  var output: String

  @Option(help: "The log of a training, as train --json-log writes it; may be repeated.")
  var log: [String] = []

  @Option(help: "What the model was trained on, to look for the same texts in it; may be repeated.")
  var train: [String] = []

  @Option(help: "Of an input with parts (train, test, dev or val), which to measure. Default: test, or dev.")
  var part: Corpus.Part?

  @Option(
    help: ArgumentHelp(
      "A task of the model and the column or key of its labels; may be repeated.", valueName: "[name=]column")
  )
  var task: [String] = []

  @Option(
    help:
      "Give labels from this probability on, instead of each one's own threshold; of multi-label tasks.")
  var thresholds: Float?

  @Option(help: "Keys the resamples of the intervals.")
  var seed: UInt64 = 1

  @OptionGroup(title: "Reading data") var corpus: CorpusArguments
  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if let thresholds, !(thresholds >= 0 && thresholds <= 1) {
      throw ValidationError("--thresholds \(thresholds): expected 0 to 1")
    }
    _ = try TaskArguments.tasks(task)
  }

  func run() throws {
    try reportingErrors {
      let target = try OutputTarget(path: output)
      try target.requireOutside(ofModel: model)
      try target.requireApart(from: data + train + log + [model])
      try target.tryOut()
      let logs = try log.map { path in
        let log = try RunLog(contentsOf: path)
        if log.isCut { Console.warning("\(path): the last line is cut short and left out") }
        return ReportPage.Log(path: path, runs: log.runs)
      }
      let classifier = try TextClassifier(contentsOf: model)
      warnAboutICU(of: classifier)
      if thresholds != nil, classifier.tasks.allSatisfy({ $0.thresholds == nil }) {
        throw ValidationError("--thresholds: the model gives every text one label, by no threshold")
      }
      var options = corpus.options()
      options.labelColumns = try corpus.measuredColumns(of: classifier, tasks: task)
      options.trainedColumns = classifier.record.columns
      let all = try Corpus(paths: data, options: options)
      let inputs = try part.map { part in try all.selecting(part) } ?? all.selectingToMeasure()
      let report = try ModelReport(
        of: classifier, on: inputs, training: try training(options), threshold: thresholds,
        bootstrap: Bootstrap(seed: seed), compute: computing.compute())
      corpus.report(report.reading, part: "data")
      reportCuts(
        report.data, limit: classifier.encoder.maximumTokens, hasNetwork: classifier.kind.hasNetwork,
        part: "data", quiet: corpus.quiet)
      let page = ReportPage(report, model: model, data: data, logs: logs)
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
