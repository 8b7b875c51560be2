import DiscernEvaluation
import DiscernIO
import DiscernTraining

/// How a forecaster was trained; saved with it. It decides no forecast, so what is missing has its default.
public struct ForecastRecord: Codable, Sendable {
  /// Choices by the names of their flags.
  public internal(set) var choices: [String: String] = [:]
  /// Rows of a season; nil where none was named.
  public internal(set) var season: Int?
  /// Rows of the table.
  public internal(set) var rowCount = 0
  /// Rows that were learned from: the first ones.
  public internal(set) var trainingRows = 0
  /// Rows behind them that early stopping watched.
  public internal(set) var validationRows = 0
  /// The last one's time as the table writes it; nil without times.
  public internal(set) var lastTime: String?
  /// The SHA-256 of the values of both in the columns that are read.
  public internal(set) var digest = ""
  /// Windows that were learned from, watched and measured at the end.
  public internal(set) var windows: [Int] = []
  /// By epoch.
  public internal(set) var epochs: [EpochSummary] = []
  /// What it reached on the rows behind; nil where there are none.
  public internal(set) var report: ForecastReport?
  /// Why training ended.
  public internal(set) var outcome = TrainingOutcome.completed
  /// The family of kernels.
  public internal(set) var kernels = "unknown"

  init() {}

  /// Rows that a season can have.
  static let seasons = 1...1_000_000

  /// What no training gives; nil for what can be.
  var problem: String? {
    if let season, !Self.seasons.contains(season) { return "training.season is \(season)" }
    let rows = 0...Int(Int32.max)
    for (name, value) in [("trainingRows", trainingRows), ("validationRows", validationRows)]
    where !rows.contains(value) {
      return "training.\(name) is \(value)"
    }
    return nil
  }

  public init(from decoder: any Decoder) throws {
    // Another version's keys are no reason to refuse the weights.
    _ = try JSONValue(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.read(.choices, into: &choices)
    try container.read(.season, into: &season)
    try container.read(.rowCount, into: &rowCount)
    try container.read(.trainingRows, into: &trainingRows)
    try container.read(.validationRows, into: &validationRows)
    try container.read(.lastTime, into: &lastTime)
    try container.read(.digest, into: &digest)
    try container.read(.windows, into: &windows)
    try container.read(.epochs, into: &epochs)
    try container.read(.report, into: &report)
    try container.read(.outcome, into: &outcome)
    try container.read(.kernels, into: &kernels)
  }
}
