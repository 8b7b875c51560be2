import ArgumentParser

struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast", abstract: "Forecast the next rows of a numeric table (time series).",
    discussion: """
      Examples:
        discern forecast train --data load.csv --output model
        discern forecast predict model --data load.csv
        discern forecast evaluate model --data load.csv
      """,
    subcommands: [ForecastTrainCommand.self, ForecastPredictCommand.self, ForecastEvaluateCommand.self])
}
