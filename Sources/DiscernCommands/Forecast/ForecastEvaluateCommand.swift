import ArgumentParser
import Discern
import DiscernIO

struct ForecastEvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Evaluate forecasts on the rows of a table.",
    discussion: """
      Forecasts from each window of the table. Rows that the model was trained on are left out: those up to \
      the last training time, or, in a table without times, its first rows if they are the training rows. \
      Each figure is shown beside those of two baselines: the last value of the window (naive) and, if the \
      model or --season defines a season, the value of one season before.

      Examples:
        discern forecast evaluate model --data load.csv
        discern forecast evaluate model --data load-2025.csv --season 24 --json
      """)

  @Argument(help: "Model folder.", completion: .directory)
  var model: String

  @OptionGroup(title: "Table") var series: SeriesArguments

  @Option(help: ArgumentHelp("Number of rows in a season. Default: that of the training.", valueName: "rows"))
  var season: Int?

  @Flag(help: "Print JSON, with the figures of each step ahead.")
  var json = false

  @OptionGroup var computing: ComputeArguments

  func validate() throws {
    if let season, !(1...1_000_000).contains(season) {
      throw ValidationError("--season \(season): expected 1 to 1000000")
    }
  }

  func run() throws {
    try reportingErrors {
      let forecaster = try Forecaster(contentsOf: model)
      let table = try series.table(columns: forecaster.columns)
      let report = try forecaster.evaluate(on: table, season: season, compute: computing.compute())
      if !series.quiet {
        Console.line(
          report.firstRow > 0
            ? "the first \(report.firstRow.counted("row")) are training rows; the following "
              + "\((report.endRow - report.firstRow).counted("row")) are evaluated"
            : "no row is recognised as a training row, so all are evaluated; if the model was trained on "
              + "some of them, the figures are too good")
      }
      let output = Output.standard()
      if json {
        try output.json(report)
      } else {
        for line in ForecastTable.lines([report]) { try output.line(line) }
      }
      try output.flush()
    }
  }
}
