import DiscernEvaluation
import DiscernIO
import DiscernTraining

/// How a forecaster was trained; saved with it. It affects no forecast, so missing values have defaults.
public struct ForecastRecord: Codable, Sendable {
  /// The settings by flag name.
  public internal(set) var choices: [String: String] = [:]
  /// The number of rows in a season; nil if none was given.
  public internal(set) var season: Int?
  /// The number of rows in the table.
  public internal(set) var rowCount = 0
  /// The number of training rows, at the start of the table.
  public internal(set) var trainingRows = 0
  /// The number of rows after them that early stopping monitored.
  public internal(set) var validationRows = 0
  /// The time of the last of these rows, as written in the table; nil without times.
  public internal(set) var lastTime: String?
  /// The SHA-256 of the training and validation rows' values in the columns that are read.
  public internal(set) var digest = ""
  /// The number of windows for training, validation and testing.
  public internal(set) var windows: [Int] = []
  /// The epochs, in order.
  public internal(set) var epochs: [EpochSummary] = []
  /// The results on the test rows; nil if there are none.
  public internal(set) var report: ForecastReport?
  /// Why training ended.
  public internal(set) var outcome = TrainingOutcome.completed
  /// The kernel family used.
  public internal(set) var kernels = "unknown"

  init() {}

  /// The numbers of rows that a season can have.
  static let seasons = 1...1_000_000

  /// A value that no training run can produce; nil if there is none.
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
    // Unknown keys of another version are no reason to reject the weights.
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
