import Discern
import DiscernEvaluation
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernTraining

/// Shows the training of a network that forecasts.
final class ForecastReporter {
  private let options: ForecastOptions
  private let compute: Compute
  private let display: TrainingDisplay
  private var windows = [0, 0]
  private var told: Set<SeriesLeak> = []

  init(options: ForecastOptions, quiet: Bool, _ compute: Compute, log: TrainingLog?) {
    self.options = options
    self.compute = compute
    display = TrainingDisplay(
      quiet: quiet, log: log,
      titles: [
        ("epoch", 5), ("train loss", 10), ("dev loss", 10), ("rate", 8), ("norm", 7), ("time", 8), ("", 4),
      ], unit: "rows")
  }

  func clear() { display.clear() }

  func closeLog() { display.closeLog() }

  func stage(_ stage: ForecastStage) {
    switch stage {
    case .divided(let rows, let windows):
      display.beginTable()
      self.windows = windows
      display.say(
        "rows: \(rows[0].grouped) to learn from (\(windows[0].counted("window"))), "
          + "\(rows[1].grouped) to watch (\(windows[1].grouped)), \(rows[2].grouped) behind them")
    case .looksExchanged:
      display.warn(
        "rows say nothing of the rows behind them, but columns of one another: a row is a time here, and a "
          + "column a quantity; if each row is a series, write its values one below the other, and an empty "
          + "line behind each series")
    case .leak(let leak):
      guard told.insert(leak).inserted else { return }
      display.warn(
        "the column “\(leak.column)” says what “\(leak.target)” is \(leak.lead.counted("row")) later "
          + String(format: "(correlation %.5f)", leak.correlation)
          + ": it will not be known when that is forecast; leave it out (--columns)")
    case .notMeasured(let rows):
      display.warn(
        "the last \(rows.counted("row")) have no window with the \(options.horizon) rows behind it: there "
          + "are no figures; a larger --test-fraction or a smaller --horizon gives some")
    case .model(let parameters):
      display.say(
        "network: \(parameters.grouped) parameters; kernels \(compute.family.name), "
          + compute.threadCount.counted("thread"))
      display.write(
        LogRecord.BeganOther(
          model: "forecaster", examples: windows[0], development: windows[1], parameters: parameters,
          seed: options.seed, kernels: compute.family.name, threads: compute.threadCount))
    case .training(let event): training(event)
    case .checkpointFailed(let error):
      display.warn("\(error); the training goes on")
    }
  }

  private func training(_ event: TrainingEvent) {
    switch event {
    case .step(let progress): display.update(progress, epochs: options.epochs)
    case .epoch(let summary): epoch(summary)
    case .warning(let warning): display.warn(warning)
    case .resumed(let epoch, let step, let hasEnded):
      display.resume(epoch: epoch, step: step, hasEnded: hasEnded)
    case .began, .reducedLearningRate, .pruned, .states: break
    }
  }

  private func epoch(_ summary: EpochSummary) {
    display.row([
      "\(summary.epoch)", String(format: "%.5f", summary.trainLoss),
      String(format: "%.5f", summary.developmentLoss), String(format: "%.3g", summary.learningRate),
      String(format: "%.2f", summary.gradientNorm), String(format: "%.1f s", summary.trainSeconds),
      summary.isBest ? "best" : "",
    ])
    display.write(LogRecord.Epoch(summary: summary))
  }

  /// An origin of a walk-forward evaluation is done.
  func fold(_ index: Int, _ report: ForecastReport) {
    let error = report.targets.map { String(format: "%@ %.4g", $0.name, $0.model.meanAbsoluteError) }
    display.say(
      "origin \(index + 1), rows \(report.firstRow.grouped) to \((report.endRow - 1).grouped): mean absolute "
        + "error \(error.joined(separator: ", "))")
    display.write(LogRecord.Origin(origin: index + 1, report: report))
  }

  /// - Parameters:
  ///   - path: nil: nothing was written.
  ///   - show: prints the figures.
  func end(
    _ forecaster: Forecaster, path: String?, show: (ForecastReport) throws -> Void
  ) throws {
    display.end(
      path,
      next: "discern forecast predict \(CheckpointArguments.quoted(path ?? "")) --data FILE forecasts")
    let record = forecaster.record
    if let report = record.report {
      try show(report)
      warn(report)
    }
    display.write(
      LogRecord.EndedOther(
        outcome: record.outcome, bestEpoch: record.epochs.last(where: \.isBest)?.epoch,
        report: record.report, output: path))
    display.closeLog()
  }

  private func warn(_ report: ForecastReport) {
    for target in report.targets where target.isWorseThanBaseline {
      let isSeason = target.seasonal.map { $0 == target.best } ?? false
      display.warn(
        "“\(target.name)”: forecasts are worse than "
          + (isSeason ? "the value of a season before" : "the window's last value")
          + "; what may help: more --epochs, a longer --window, other --columns, more rows")
    }
  }
}
