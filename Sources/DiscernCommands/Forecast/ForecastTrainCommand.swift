import ArgumentParser
import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernIO
import DiscernSystem
import DiscernTensor
import DiscernTraining

struct ForecastTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network that forecasts a table of numbers.",
    discussion: """
      The first rows are learned from, those behind them are watched for early stopping, the last ones are \
      measured on at the end, beside the last value of each window (naive) and, with --season, the value of \
      a season before. Columns are scaled by the training rows alone. A column that says beforehand what a \
      target will be is named in a warning.

      --folds 5 trains no model to keep: it trains anew at five origins, on the rows before each alone, and \
      measures on those up to the next (walk-forward evaluation).

      Ctrl-C saves the best epoch so far, with --folds nothing, and exits with 130.

      Examples:
        discern forecast train --data load.csv --season 24 --output model
        discern forecast train --data load.csv --loss quantile --output model
        discern forecast train --data load.csv --target load --folds 5
      """)

  @OptionGroup(title: "The table") var series: SeriesArguments

  @Option(help: ArgumentHelp("The folder to write the model to.", valueName: "folder"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Walk-forward evaluation at so many origins, without a model.", valueName: "count"))
  var folds: Int?

  @Flag(help: "Print the figures as JSON.")
  var json = false

  @OptionGroup(title: "The task") var task: ForecastTaskArguments
  @OptionGroup(title: "The network") var network: ForecastNetworkArguments
  @OptionGroup(title: "Training") var training: ForecastTrainingArguments
  @OptionGroup(title: "More options") var computing: ComputeArguments

  func validate() throws {
    if (output == nil) == (folds == nil) {
      throw ValidationError(
        output == nil
          ? "give --output FOLDER for the model, or --folds COUNT to evaluate alone"
          : "--folds keeps no model; leave out --output, or --folds")
    }
    if let folds, !(1...1000).contains(folds) {
      throw ValidationError("--folds \(folds): expected 1 to 1000")
    }
  }

  func run() throws {
    try reportingErrors {
      let interruption = Interruption()
      var options = ForecastOptions()
      try task.set(in: &options)
      network.set(in: &options)
      training.set(in: &options)
      try options.validate()
      let destination = try output.map { path in try Forecaster.checkDestination(path) }
      let table = try series.table()
      let compute = try computing.compute()
      let reporter = ForecastReporter(options: options, quiet: series.quiet, compute)
      if let folds { return try walk(table, folds, options, compute, interruption, reporter) }
      guard let destination else { return }
      let forecaster = try learn(interruption, reporter) { isInterrupted throws(DiscernError) in
        try Forecaster.train(
          on: table, options: options, compute: compute, onStage: reporter.stage,
          isInterrupted: isInterrupted)
      }
      for note in try forecaster.save(to: destination).notes { Console.warning("\(note)") }
      try reporter.end(forecaster, path: destination.path, json: json)
      switch forecaster.record.outcome {
      case .interrupted:
        Console.error("interrupted: the best epoch until then is saved")
        throw ExitCode(interruption.exitStatus)
      case .diverged: throw ExitStatus.diverged
      case .completed, .stoppedEarly: break
      }
    }
  }

  private func walk(
    _ table: SeriesTable, _ folds: Int, _ options: ForecastOptions, _ compute: Compute,
    _ interruption: Interruption, _ reporter: ForecastReporter
  ) throws {
    let reports = try learn(interruption, reporter) { isInterrupted throws(DiscernError) in
      try Forecaster.walkForward(
        on: table, folds: folds, options: options, compute: compute, onStage: reporter.stage,
        onFold: reporter.fold, isInterrupted: isInterrupted)
    }
    let output = Output.standard()
    if json {
      try output.json(reports)
    } else {
      for line in ForecastTable.lines(reports) { try output.line(line) }
    }
    try output.flush()
  }

  /// - Throws: `ExitCode` where Ctrl-C came before there was anything.
  private func learn<Result>(
    _ interruption: Interruption, _ reporter: ForecastReporter,
    _ body: (_ isInterrupted: () -> Bool) throws(DiscernError) -> Result
  ) throws -> Result {
    interruption.begin(.steps)
    do throws(DiscernError) { return try body { interruption.isRequested } } catch {
      reporter.clear()
      guard case .interrupted = error else { throw error }
      Console.error("interrupted: nothing was written")
      throw ExitCode(interruption.exitStatus)
    }
  }
}
