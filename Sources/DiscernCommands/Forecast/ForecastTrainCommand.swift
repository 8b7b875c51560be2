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
    commandName: "train", abstract: "Train a network that forecasts a numeric table.",
    discussion: """
      The first rows are for training, the next for early stopping, the last for testing. Test figures are \
      shown beside those of two baselines: the last value of each window (naive) and, with --season, the \
      value of one season before. Columns are scaled by statistics of the training rows only. A warning \
      names columns that reveal a target's future values.

      --folds 5 saves no model: it trains at five origins, each time on all rows before the origin, and \
      tests on the rows up to the next one (walk-forward evaluation).

      Ctrl-C finishes the current step, saves the state and exits with 130; the same command with --resume \
      continues. With --folds no state is saved.

      Examples:
        discern forecast train --data load.csv --season 24 --output model
        discern forecast train --data load.csv --loss quantile --output model
        discern forecast train --data load.csv --target load --folds 5
      """)

  @OptionGroup(title: "Table") var series: SeriesArguments

  @Option(help: ArgumentHelp("Output folder of the model.", valueName: "folder"), completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Number of origins of a walk-forward evaluation, which saves no model.", valueName: "count"))
  var folds: Int?

  @Flag(help: "Print the figures as JSON.")
  var json = false

  @OptionGroup(title: "Task") var task: ForecastTaskArguments
  @OptionGroup(title: "Network") var network: ForecastNetworkArguments
  @OptionGroup(title: "Training") var training: ForecastTrainingArguments
  @OptionGroup(title: "More options") var computing: ComputeArguments

  func validate() throws {
    if (output == nil) == (folds == nil) {
      throw ValidationError(
        output == nil
          ? "give --output FOLDER for the model, or --folds COUNT to only evaluate"
          : "--folds saves no model; leave out --output or --folds")
    }
    if json, isLogging {
      throw ValidationError(
        "--json: the log on standard output (--json-log -) has the figures too; leave out --json, or give "
          + "the log a file")
    }
    if json, folds == nil, training.testFraction == 0 {
      throw ValidationError(
        "--json prints the figures of the test rows, and --test-fraction 0 leaves none; leave one of them "
          + "out")
    }
    guard let folds else { return }
    if training.testFraction != ForecastOptions().testFraction {
      throw ValidationError(
        "--test-fraction: --folds tests on all rows after the origins; leave one of them out")
    }
    if !(1...1000).contains(folds) { throw ValidationError("--folds \(folds): expected 1 to 1000") }
    if training.run.checkpoint != nil || training.run.resume {
      throw ValidationError(
        "\(training.run.resume ? "--resume" : "--checkpoint"): --folds saves no state; leave one of them out")
    }
  }

  /// Whether standard output contains only the log.
  private var isLogging: Bool { training.run.jsonLog == "-" }

  func run() throws {
    try reportingErrors {
      let interruption = Interruption()
      var options = ForecastOptions()
      try task.set(in: &options)
      network.set(in: &options)
      training.set(in: &options)
      try checkingFlags(options.validate)
      let destination = try output.map { path in try Forecaster.checkDestination(path) }
      let compute = try computing.compute()
      guard let destination else { return try walk(options, compute, interruption) }
      let job = try RunJob(
        training.run, output: destination.path, inputs: [series.data], interruption)
      let table = try series.table()
      let reporter = ForecastReporter(options: options, quiet: series.quiet, compute, log: job.log)
      let forecaster = try job.learn(clear: reporter.clear) { () throws(DiscernError) in
        try Forecaster.train(
          on: table, options: options, checkpoints: job.checkpoints, compute: compute,
          onStage: { stage in
            if case .training(let event) = stage { job.note(event) }
            reporter.stage(stage)
          }, isInterrupted: { job.isInterrupted })
      }
      try job.end(forecaster.record.outcome, path: destination.path) {
        for note in try forecaster.save(to: destination).notes { Console.warning("\(note)") }
      } report: { path in
        try reporter.end(forecaster, path: path) { try show([$0]) }
      }
    }
  }

  private func walk(
    _ options: ForecastOptions, _ compute: Compute, _ interruption: Interruption
  ) throws {
    let log = try training.run.log(output: "", inputs: [series.data])
    let table = try series.table()
    let reporter = ForecastReporter(options: options, quiet: series.quiet, compute, log: log)
    interruption.begin(.steps)
    let reports: [ForecastReport]
    do throws(DiscernError) {
      reports = try Forecaster.walkForward(
        on: table, folds: folds ?? 1, options: options, compute: compute, onStage: reporter.stage,
        onFold: reporter.fold, isInterrupted: { interruption.isRequested })
    } catch {
      reporter.clear()
      guard case .interrupted = error else { throw error }
      Console.error("interrupted: nothing was written")
      throw ExitCode(interruption.exitStatus)
    }
    reporter.closeLog()
    try show(reports)
  }

  /// Shows the figures, on standard error if the log is written to standard output.
  private func show(_ reports: [ForecastReport]) throws {
    if isLogging {
      if !series.quiet { for line in ForecastTable.lines(reports) { Console.line(line) } }
      return
    }
    let output = Output.standard()
    if !json {
      for line in ForecastTable.lines(reports) { try output.line(line) }
    } else if folds == nil {
      for report in reports { try output.json(report) }
    } else {
      try output.json(reports)
    }
    try output.flush()
  }
}
