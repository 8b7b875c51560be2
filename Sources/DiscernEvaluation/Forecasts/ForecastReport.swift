/// How well a series is forecast, beside what costs nothing.
public struct ForecastReport: Codable, Sendable {
  /// One column's figures.
  public struct Target: Codable, Sendable {
    /// The column's name.
    public let name: String
    /// The model's figures.
    public package(set) var model = ForecastScores()
    /// By row after the window, from the first.
    public package(set) var byStep: [ForecastScores]
    /// The last value of the window, for all rows.
    public package(set) var naive = ForecastScores()
    /// The value of a season before, where it is known; nil where no season was named.
    public package(set) var seasonal: ForecastScores?
    /// Nil without quantiles.
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

    /// For no window yet.
    ///
    /// - Parameters:
    ///   - horizon: rows after a window.
    ///   - promised: what the quantiles promise to hold; nil without them.
    package init(name: String, horizon: Int, hasSeason: Bool, promised: Double?) {
      self.name = name
      byStep = Array(repeating: ForecastScores(), count: horizon)
      seasonal = hasSeason ? ForecastScores() : nil
      interval = promised.map { IntervalScores(promised: $0) }
    }

    /// Whether the season before was known for all values, so that its figure can be compared.
    public var knowsSeason: Bool { seasonal.map { $0.count == model.count } ?? false }

    /// The better one of what costs nothing, by its absolute error.
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

  /// Windows that were measured.
  public let windows: Int
  /// The first row that was forecast, from 0.
  public let firstRow: Int
  /// The end of the rows that were forecast; not included.
  public let endRow: Int
  /// The quantile whose values the figures are of; nil without quantiles.
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
