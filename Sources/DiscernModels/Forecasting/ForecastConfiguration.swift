import DiscernTensor

/// The shape of a network that forecasts values of a series from the rows before them.
package struct ForecastConfiguration: Codable, Hashable, Sendable {
  /// The number of columns that are read.
  package var inputCount: Int
  /// The number of columns that are forecast.
  package var targetCount: Int
  /// The number of rows that are read.
  package var window: Int
  /// The number of rows that are forecast.
  package var horizon: Int
  /// The quantiles to forecast, in ascending order; empty: one value of each target.
  package var quantiles: [Float]
  /// The smallest and largest values that a target can have, which are scaled to −1 and 1; nil: unbounded.
  package var bounds: [Double]?
  /// Cells, layers, norms and dropout; its settings about words are not used.
  package var network: RecurrentConfiguration

  package init(
    inputCount: Int, targetCount: Int, window: Int, horizon: Int, quantiles: [Float] = [],
    bounds: [Double]? = nil, network: RecurrentConfiguration
  ) {
    self.inputCount = inputCount
    self.targetCount = targetCount
    self.window = window
    self.horizon = horizon
    self.quantiles = quantiles
    self.bounds = bounds
    self.network = network
  }

  private static let limit = 1_000_000

  /// The number of values for each target and row.
  package var valueCount: Int { max(1, quantiles.count) }

  /// The number of outputs for a window: by row, target and quantile.
  package var outputCount: Int { horizon * targetCount * valueCount }

  /// - Throws: `ModelError.invalidConfiguration` with the first invalid value, named as in flags.
  package func validate() throws(ModelError) {
    func require(_ holds: Bool, _ name: String, _ value: String, _ expected: String) throws(ModelError) {
      if !holds { throw .invalidConfiguration(name: name, value: value, expected: expected) }
    }
    let counts = 1...Self.limit
    try require(counts.contains(inputCount), "columns", "\(inputCount)", "1 to \(Self.limit)")
    try require(counts.contains(targetCount), "target", "\(targetCount)", "1 to \(Self.limit)")
    try require(counts.contains(window), "window", "\(window)", "1 to \(Self.limit)")
    try require(counts.contains(horizon), "horizon", "\(horizon)", "1 to \(Self.limit)")
    try require(
      quantiles.count < 100 && quantiles.allSatisfy { $0 > 0 && $0 < 1 }
        && zip(quantiles, quantiles.dropFirst()).allSatisfy(<), "quantiles",
      quantiles.map { "\($0)" }.joined(separator: ","), "numbers between 0 and 1, ascending")
    if let bounds {
      try require(
        bounds.count == 2 && bounds.allSatisfy { Float($0).isFinite } && Float(bounds[0]) < Float(bounds[1]),
        "bounds", bounds.map { "\($0)" }.joined(separator: ","),
        "the smallest value and the largest one, as 0,100, different numbers of 32 bits up to 3.4e38")
    }
    try require(
      horizon.multipliedReportingOverflow(by: targetCount * valueCount).partialValue <= Self.limit, "horizon",
      "\(horizon)",
      "at most \(Self.limit) values in a forecast, of \(targetCount * valueCount) in each row")
    try require(
      network.layerCount >= 1 && network.attentionLayers == 0, "layers", "\(network.layerCount)",
      "1 or more, without self-attention")
    try require(
      network.batchNorm != .recurrent, "batch-norm", network.batchNorm.rawValue, "flattened or per-step")
    try network.validate()
  }
}
