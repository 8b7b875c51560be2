import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernSystem
import DiscernTraining

/// Shows the progress and the results of a cross-validation.
final class CrossValidationReporter {
  private let corpus: CorpusArguments
  private let folds: Int
  private var bar: ProgressBar
  private var warned: Set<String> = []

  init(corpus: CorpusArguments, folds: Int) {
    self.corpus = corpus
    self.folds = folds
    bar = ProgressBar(isEnabled: !corpus.quiet)
  }

  func clear() { bar.clear() }

  /// Shows the progress of a fold's training, and possible problems with the texts.
  func stage(_ fold: Int, _ stage: TrainingStage) {
    switch stage {
    case .read(let report, _, let part):
      // The same rows are read for every fold.
      if fold == 1 {
        bar.clear()
        corpus.reportProblems(report, part: part)
      }
    case .labelFindings(let findings):
      for finding in findings {
        warn((finding.task.map { "task “\($0)”: " } ?? "") + finding.message)
      }
    case .labels(let task, let counts):
      for (name, count) in zip(task.labels.names, counts) where count == 0 {
        warn("fold \(fold): no text of the other folds is labelled “\(name)”, so it cannot be learned")
      }
    case .training(.step(let progress)):
      bar.update(
        progress.step, of: progress.stepCount,
        "fold \(fold)/\(folds), epoch \(progress.epoch)" + String(format: "  loss %.3f", progress.loss))
    default: break
    }
  }

  private func warn(_ text: String) {
    guard warned.insert(text).inserted else { return }
    bar.clear()
    Console.warning(text)
  }

  func fold(_ fold: CrossValidation.Fold) {
    bar.clear()
    if !corpus.quiet {
      let report = fold.report
      Console.line(
        String(
          format: "fold %d of %d: %@, accuracy %.4f, macro F1 %.4f, log loss %.4f", fold.number, folds,
          fold.texts.counted("text"), report.accuracy, report.macroF1, report.logLoss))
    }
    if fold.record.outcome == .diverged {
      Console.warning(
        "fold \(fold.number): the loss or its gradients became infinite or NaN, so its best epoch was "
          + "evaluated; try a lower --learning-rate")
    }
  }

  /// Writes the inputs and the figures to standard output.
  func end(_ result: CrossValidation, isJSON: Bool) throws {
    bar.clear()
    corpus.report(result.reading, part: "training")
    if let groups = result.groups, !corpus.quiet {
      Console.line(
        "folds keep \(groups.count.counted("group")) together; the largest has "
          + "\(groups.largest.counted("text"))")
    }
    let output = Output.standard()
    if isJSON {
      try output.json(CrossValidationFigures(result))
    } else {
      for task in result.tasks {
        if result.tasks.count > 1 { try output.line("task \(DisplayText.escaped(task.name))") }
        for line in Self.lines(result, task: task.name) { try output.line(line) }
      }
    }
    try output.flush()
  }

  private static func lines(_ result: CrossValidation, task name: String) -> [String] {
    let reports = result.folds.map { fold in fold.report.tasks.first { $0.name == name }?.report }
    let figures = TaskReport.figures(reports.contains { $0?.isMultiLabel == true })
    var table = Table()
    table.add(["fold", "texts"] + figures.map(\.title))
    for (fold, report) in zip(result.folds, reports) {
      table.add(
        ["\(fold.number)", fold.texts.grouped]
          + figures.map { figure in report.map { String(format: "%.4f", figure.value($0)) } ?? "" })
    }
    let spreads = figures.map { result.spread(ofTask: name, $0.value) }
    table.add(["mean", ""] + spreads.map { $0.map { String(format: "%.4f", $0.mean) } ?? "" })
    table.add(["deviation", ""] + spreads.map { $0.map { String(format: "± %.4f", $0.deviation) } ?? "" })
    return table.lines
  }
}

extension TaskReport {
  /// Whether a text can have any number of labels.
  var isMultiLabel: Bool { if case .multiLabel = self { true } else { false } }

  /// Over all answers; with one label per text, the accuracy.
  var microF1: Double {
    switch self {
    case .singleLabel(let report): report.accuracy
    case .multiLabel(let report): report.microAverage.f1
    }
  }

  struct Figure {
    let title: String
    /// The name in JSON.
    let name: String
    let value: (TaskReport) -> Double
  }

  /// The figures in a table of several reports.
  static func figures(_ isMultiLabel: Bool) -> [Figure] {
    [
      Figure(title: "accuracy", name: "accuracy", value: \.accuracy),
      Figure(title: "macro F1", name: "macroF1", value: \.macroF1),
    ] + (isMultiLabel ? [Figure(title: "micro F1", name: "microF1", value: \.microF1)] : [])
      + [Figure(title: "log loss", name: "logLoss", value: \.logLoss)]
  }
}
