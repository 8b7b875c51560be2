import ArgumentParser
import Discern
import DiscernIO

/// The format in which forecasts are written.
enum ForecastFormat: String, CaseIterable, ExpressibleByArgument {
  case csv, jsonl
}

struct ForecastPredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Forecast the rows that follow a table's last row.",
    discussion: """
      Prints a row for each forecast step: its number from 1, its time if the table has times, and a column \
      for each target, or for each of its quantiles (NAME_q0.1 and so on).

      Examples:
        discern forecast predict model --data load.csv > next.csv
        zcat load.csv.gz | discern forecast predict model --data -
      """)

  @Argument(help: "Model folder.", completion: .directory)
  var model: String

  @OptionGroup(title: "Table") var series: SeriesArguments

  @Option(help: "Output format: CSV or JSON Lines.")
  var format = ForecastFormat.csv

  @OptionGroup var computing: ComputeArguments

  func run() throws {
    try reportingErrors {
      let forecaster = try Forecaster(contentsOf: model)
      let table = try series.table(columns: forecaster.columns)
      let forecast = try forecaster.forecast(after: table, compute: computing.compute())
      let names = forecast.targets.flatMap { target in
        forecast.quantiles.isEmpty ? [target] : forecast.quantiles.map { "\(target)_q\($0)" }
      }
      let output = Output.standard()
      let time = forecast.times.isEmpty ? [] : [table.timeColumn ?? "time"]
      if format == .csv { try output.line((["step"] + time + names).map(Self.quoted).joined(separator: ",")) }
      for (row, values) in forecast.values.enumerated() {
        // A Float has the digits that the network computes; values beyond its range are written as a Double.
        let numbers = values.flatMap { $0.map { Float($0).isFinite ? "\(Float($0))" : "\($0)" } }
        let when = forecast.times.isEmpty ? [] : [forecast.times[row].text]
        switch format {
        case .csv:
          try output.line((["\(row + 1)"] + when.map(Self.quoted) + numbers).joined(separator: ","))
        case .jsonl:
          try output.line(
            JSONText.object(
              [("step", "\(row + 1)")] + zip(time, when).map { ($0, JSONText.string($1)) }
                + zip(names, numbers).map { ($0, $1) }))
        }
      }
      try output.flush()
    }
  }

  /// Quoted as in RFC 4180.
  private static func quoted(_ field: String) -> String {
    field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
      ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }
}
