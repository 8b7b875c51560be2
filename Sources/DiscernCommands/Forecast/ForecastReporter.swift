import Discern
import DiscernEvaluation
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernTraining

/// Shows the training of a forecaster.
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
        "rows: \(rows[0].grouped) for training (\(windows[0].counted("window"))), \(rows[1].grouped) for "
          + "validation (\(windows[1].grouped)), \(rows[2].grouped) after them")
    case .looksExchanged:
      display.warn(
        "rows do not depend on earlier rows, but columns depend on one another: rows must be time steps and "
          + "columns quantities; if each row is a series, write its values in a column, with an empty line "
          + "after each series")
    case .leak(let leak):
      guard told.insert(leak).inserted else { return }
      display.warn(
        "the column “\(leak.column)” contains what “\(leak.target)” will be \(leak.lead.counted("row")) "
          + "later "
          + String(format: "(correlation %.5f)", leak.correlation)
          + ": it will not be known at the time of the forecast; leave it out (--columns)")
    case .notMeasured(let rows):
      display.warn(
        "the last \(rows.counted("row")) contain no complete window followed by \(options.horizon) rows: "
          + "there are no test figures; use a larger --test-fraction or a smaller --horizon")
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
      display.warn("\(error); training continues")
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

  /// Reports an origin of a walk-forward evaluation when it has been measured.
  func fold(_ index: Int, _ report: ForecastReport) {
    let error = report.targets.map { String(format: "%@ %.4g", $0.name, $0.model.meanAbsoluteError) }
    display.say(
      "origin \(index + 1), rows \(report.firstRow.grouped) to \((report.endRow - 1).grouped): mean absolute "
        + "error \(error.joined(separator: ", "))")
    display.write(LogRecord.Origin(origin: index + 1, report: report))
  }

  /// - Parameters:
  ///   - path: the folder; nil: nothing was written.
  ///   - show: prints the figures.
  func end(
    _ forecaster: Forecaster, path: String?, show: (ForecastReport) throws -> Void
  ) throws {
    display.end(
      path,
      next: "to forecast: discern forecast predict \(CheckpointArguments.quoted(path ?? "")) --data FILE")
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
          + (isSeason ? "the value of one season before" : "the window's last value")
          + "; more --epochs, a longer --window, other --columns or more rows may help")
    }
  }
}
