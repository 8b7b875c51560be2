import Discern
import DiscernEvaluation
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernTraining

/// Shows the training of a network that forecasts.
final class ForecastReporter {
  private let options: ForecastOptions
  private let quiet: Bool
  private let compute: Compute
  private var bar: ProgressBar
  private var hasHeader = false
  private var told: Set<SeriesLeak> = []
  private var warned: Set<TrainingWarning> = []

  init(options: ForecastOptions, quiet: Bool, _ compute: Compute) {
    self.options = options
    self.compute = compute
    self.quiet = quiet
    bar = ProgressBar(isEnabled: !quiet)
  }

  func clear() { bar.clear() }

  func stage(_ stage: ForecastStage) {
    switch stage {
    case .divided(let rows, let windows):
      hasHeader = false
      say(
        "rows: \(rows[0].grouped) to learn from (\(windows[0].counted("window"))), "
          + "\(rows[1].grouped) to watch (\(windows[1].grouped)), \(rows[2].grouped) behind them")
    case .looksExchanged:
      bar.clear()
      Console.warning(
        "rows say nothing of the rows behind them, but columns of one another: a row is a time here, and a "
          + "column a quantity; if each row is a series, write its values one below the other, and an empty "
          + "line behind each series")
    case .leak(let leak):
      guard told.insert(leak).inserted else { return }
      bar.clear()
      Console.warning(
        "the column “\(leak.column)” says what “\(leak.target)” is \(leak.lead.counted("row")) later "
          + String(format: "(correlation %.5f)", leak.correlation)
          + ": it will not be known when that is forecast; leave it out (--columns)")
    case .notMeasured(let rows):
      bar.clear()
      Console.warning(
        "the last \(rows.counted("row")) have no window with the \(options.horizon) rows behind it: there "
          + "are no figures; a larger --test-fraction or a smaller --horizon gives some")
    case .model(let parameters):
      say(
        "network: \(parameters.grouped) parameters; kernels \(compute.family.name), "
          + compute.threadCount.counted("thread"))
    case .training(let event): training(event)
    }
  }

  private func training(_ event: TrainingEvent) {
    switch event {
    case .step(let progress):
      bar.update(
        progress.step, of: progress.stepCount, EpochTable.progress(progress, epochs: options.epochs))
    case .epoch(let summary): epoch(summary)
    case .warning(let warning):
      guard warned.insert(warning).inserted else { return }
      bar.clear()
      Console.warning(TrainReporter.text(warning, labels: [:]))
    case .began, .resumed, .reducedLearningRate, .pruned, .states: break
    }
  }

  private func epoch(_ summary: EpochSummary) {
    bar.clear()
    if !hasHeader { say(Self.row(["epoch", "train loss", "dev loss", "rate", "norm", "time", ""])) }
    hasHeader = true
    say(
      Self.row([
        "\(summary.epoch)", String(format: "%.5f", summary.trainLoss),
        String(format: "%.5f", summary.developmentLoss), String(format: "%.3g", summary.learningRate),
        String(format: "%.2f", summary.gradientNorm), String(format: "%.1f s", summary.trainSeconds),
        summary.isBest ? "best" : "",
      ]))
  }

  private static func row(_ cells: [String]) -> String {
    let line = zip(cells, [5, 10, 10, 8, 7, 8, 4]).map { DisplayText.right($0, $1) }
    return String(line.joined(separator: " ").reversed().drop { $0 == " " }.reversed())
  }

  /// An origin of a walk-forward evaluation is done.
  func fold(_ index: Int, _ report: ForecastReport) {
    bar.clear()
    let error = report.targets.map { String(format: "%@ %.4g", $0.name, $0.model.meanAbsoluteError) }
    say(
      "origin \(index + 1), rows \(report.firstRow.grouped) to \((report.endRow - 1).grouped): mean absolute "
        + "error \(error.joined(separator: ", "))")
  }

  /// - Parameter json: whether the figures are printed for machines.
  func end(_ forecaster: Forecaster, path: String, json: Bool) throws {
    bar.clear()
    say(
      "\(path): written; discern forecast predict \(CheckpointArguments.quoted(path)) --data FILE "
        + "forecasts")
    guard let report = forecaster.record.report else { return }
    let output = Output.standard()
    if json {
      try output.json(report)
    } else {
      for line in ForecastTable.lines([report]) { try output.line(line) }
    }
    try output.flush()
    for target in report.targets where target.skill < 0 {
      let isSeason = target.seasonal.map { $0 == target.best } ?? false
      Console.warning(
        "“\(target.name)”: forecasts are worse than "
          + (isSeason ? "the value of a season before" : "the window's last value")
          + "; what may help: more --epochs, a longer --window, other --columns, more rows")
    }
  }

  private func say(_ text: String) {
    guard !quiet else { return }
    bar.clear()
    Console.line(text)
  }
}
