/// The errors of forecasts.
public struct ForecastScores: Codable, Hashable, Sendable {
  /// The number of forecast values.
  public private(set) var count = 0
  private var absolute = 0.0
  private var squared = 0.0
  private var relative = 0.0

  /// Scores without values so far.
  public init() {}

  /// Adds a forecast; both numbers must be finite.
  public mutating func add(forecast: Double, actual: Double) {
    let difference = abs(forecast - actual)
    count += 1
    absolute += difference
    squared += difference * difference
    let size = abs(forecast) + abs(actual)
    if size > 0 { relative += 200 * difference / size }
  }

  /// The mean absolute error, in the values' unit; 0 without values.
  public var meanAbsoluteError: Double { absolute / Double(max(1, count)) }
  /// The root of the mean squared error, in the values' unit; 0 without values.
  public var rootMeanSquaredError: Double { (squared / Double(max(1, count))).squareRoot() }
  /// The symmetric mean absolute percentage error, 0 to 200: the mean of 200 |f − a| / (|f| + |a|), 0 if both
  /// are 0 (Makridakis 1993).
  public var symmetricPercentageError: Double { relative / Double(max(1, count)) }

  private enum CodingKeys: String, CodingKey { case count, mae, rmse, smape }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    count = try container.decode(Int.self, forKey: .count)
    let times = Double(max(1, count))
    absolute = times * (try container.decode(Double.self, forKey: .mae))
    let root = try container.decode(Double.self, forKey: .rmse)
    squared = times * root * root
    relative = times * (try container.decode(Double.self, forKey: .smape))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(count, forKey: .count)
    try container.encode(meanAbsoluteError, forKey: .mae)
    try container.encode(rootMeanSquaredError, forKey: .rmse)
    try container.encode(symmetricPercentageError, forKey: .smape)
  }
}

/// The coverage and the width of the intervals between the lowest and the highest quantile.
public struct IntervalScores: Codable, Hashable, Sendable {
  /// The share of values that should lie between the quantiles.
  public let promised: Double
  /// The number of forecast values.
  public private(set) var count = 0
  /// The number of these that lay within the intervals.
  public private(set) var held = 0
  /// The sum of all intervals' widths, in the values' unit.
  public private(set) var totalWidth = 0.0

  /// Scores without values so far.
  public init(promised: Double) { self.promised = promised }

  private enum CodingKeys: String, CodingKey { case promised, count, held, coverage, meanWidth }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    promised = try container.decode(Double.self, forKey: .promised)
    count = try container.decode(Int.self, forKey: .count)
    held = try container.decode(Int.self, forKey: .held)
    totalWidth = Double(count) * (try container.decode(Double.self, forKey: .meanWidth))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(promised, forKey: .promised)
    try container.encode(count, forKey: .count)
    try container.encode(held, forKey: .held)
    try container.encode(coverage, forKey: .coverage)
    try container.encode(meanWidth, forKey: .meanWidth)
  }

  /// Adds a forecast interval and the actual value.
  public mutating func add(low: Double, high: Double, actual: Double) {
    count += 1
    totalWidth += high - low
    if low <= actual, actual <= high { held += 1 }
  }

  /// The share of values that lay within the intervals; 0 without values.
  public var coverage: Double { Double(held) / Double(max(1, count)) }
  /// The mean width of the intervals, in the values' unit; 0 without values.
  public var meanWidth: Double { totalWidth / Double(max(1, count)) }
}
