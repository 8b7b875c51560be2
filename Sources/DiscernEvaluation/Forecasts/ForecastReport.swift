/// How well a series is forecast, beside what costs nothing.
public struct ForecastReport: Codable, Sendable {
  /// One column's figures.
  public struct Target: Codable, Sendable {
    public let name: String
    public package(set) var model = ForecastScores()
    /// By row behind the window, from the first.
    public package(set) var byStep: [ForecastScores]
    /// The last value of the window, for all rows.
    public package(set) var naive = ForecastScores()
    /// The value of a season before; nil where no season was named.
    public package(set) var seasonal: ForecastScores?
    /// Nil without quantiles.
    public package(set) var interval: IntervalScores?

    /// Of no window yet.
    ///
    /// - Parameters:
    ///   - horizon: rows behind a window.
    ///   - promised: what the quantiles promise to hold; nil without them.
    package init(name: String, horizon: Int, hasSeason: Bool, promised: Double?) {
      self.name = name
      byStep = Array(repeating: ForecastScores(), count: horizon)
      seasonal = hasSeason ? ForecastScores() : nil
      interval = promised.map { IntervalScores(promised: $0) }
    }

    /// The better one of what costs nothing, by its absolute error.
    public var best: ForecastScores {
      guard let seasonal, seasonal.meanAbsoluteError < naive.meanAbsoluteError else { return naive }
      return seasonal
    }

    /// What the model's absolute error is less by than that of the better one of what costs nothing, as a
    /// share of it; below 0 where it is more. 0 where that makes no error.
    public var skill: Double {
      best.meanAbsoluteError > 0 ? 1 - model.meanAbsoluteError / best.meanAbsoluteError : 0
    }
  }

  /// Windows that were measured.
  public let windows: Int
  /// The rows that were forecast, from 0.
  public let firstRow: Int
  public let endRow: Int
  public let targets: [Target]

  package init(windows: Int, rows: Range<Int>, targets: [Target]) {
    self.windows = windows
    (firstRow, endRow) = (rows.lowerBound, rows.upperBound)
    self.targets = targets
  }
}
