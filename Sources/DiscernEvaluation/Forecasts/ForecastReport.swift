/// The figures of a series' forecasts, and those of simple baselines.
public struct ForecastReport: Codable, Sendable {
  /// One column's figures.
  public struct Target: Codable, Sendable {
    /// The column's name.
    public let name: String
    /// The model's figures.
    public package(set) var model = ForecastScores()
    /// The model's figures by row after the window, from the first.
    public package(set) var byStep: [ForecastScores]
    /// The figures of the last value of the window as the forecast of all rows.
    public package(set) var naive = ForecastScores()
    /// The figures of the value one season before as the forecast, where it is known; nil if no season was
    /// given.
    public package(set) var seasonal: ForecastScores?
    /// The figures of the intervals between quantiles; nil without quantiles.
    public package(set) var interval: IntervalScores?

    private enum CodingKeys: String, CodingKey { case name, model, byStep, naive, seasonal, interval, skill }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      model = try container.decode(ForecastScores.self, forKey: .model)
      byStep = try container.decode([ForecastScores].self, forKey: .byStep)
      naive = try container.decode(ForecastScores.self, forKey: .naive)
      seasonal = try container.decodeIfPresent(ForecastScores.self, forKey: .seasonal)
      interval = try container.decodeIfPresent(IntervalScores.self, forKey: .interval)
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(model, forKey: .model)
      try container.encode(byStep, forKey: .byStep)
      try container.encode(naive, forKey: .naive)
      try container.encodeIfPresent(seasonal, forKey: .seasonal)
      try container.encodeIfPresent(interval, forKey: .interval)
      try container.encode(skill, forKey: .skill)
    }

    /// Figures without windows so far.
    ///
    /// - Parameters:
    ///   - horizon: the number of rows after a window.
    ///   - promised: the share of values that should lie between the quantiles; nil without them.
    package init(name: String, horizon: Int, hasSeason: Bool, promised: Double?) {
      self.name = name
      byStep = Array(repeating: ForecastScores(), count: horizon)
      seasonal = hasSeason ? ForecastScores() : nil
      interval = promised.map { IntervalScores(promised: $0) }
    }

    /// Whether the season before was known for all values, so that its figures can be compared.
    public var knowsSeason: Bool { seasonal.map { $0.count == model.count } ?? false }

    /// The better baseline, by its absolute error.
    public var best: ForecastScores {
      guard knowsSeason, let seasonal, seasonal.meanAbsoluteError < naive.meanAbsoluteError else {
        return naive
      }
      return seasonal
    }

    /// Whether the better baseline has a lower absolute error than the model.
    public var isWorseThanBaseline: Bool { model.meanAbsoluteError > best.meanAbsoluteError }

    /// How much lower the model's absolute error is than the better baseline's, as a share of the latter;
    /// negative if it is higher. Nil, in JSON null, if the baseline makes no error and the model does: there
    /// is no such share.
    public var skill: Double? {
      if best.meanAbsoluteError > 0 { return 1 - model.meanAbsoluteError / best.meanAbsoluteError }
      return isWorseThanBaseline ? nil : 0
    }
  }

  /// The number of windows that were measured.
  public let windows: Int
  /// The first row that was forecast, from 0.
  public let firstRow: Int
  /// The end of the rows that were forecast; not included.
  public let endRow: Int
  /// The quantile that the figures take as the forecast; nil without quantiles.
  public let pointQuantile: Float?
  /// The figures of each target.
  public let targets: [Target]

  package init(windows: Int, rows: Range<Int>, pointQuantile: Float?, targets: [Target]) {
    self.windows = windows
    self.pointQuantile = pointQuantile
    (firstRow, endRow) = (rows.lowerBound, rows.upperBound)
    self.targets = targets
  }
}
