import DiscernModels
import DiscernTensor
import DiscernTraining

/// All settings for training a network that forecasts a table of numbers.
public struct ForecastOptions: Hashable, Sendable {
  /// How the difference between a forecast and the actual value is penalised.
  public enum Loss: String, Codable, Sendable, CaseIterable {
    /// Half its square up to 1 standard deviation, linear beyond (Huber).
    case huber
    /// Its absolute value.
    case mae
    /// Its square.
    case mse
    /// The quantile (pinball) loss, which gives intervals.
    case quantile
  }

  /// How columns are scaled, based only on their training rows. Targets with bounds are scaled by these
  /// instead.
  public enum Scaling: String, Codable, Sendable, CaseIterable {
    /// To mean 0 and deviation 1.
    case standard
    /// To 0 … 1.
    case range
    /// Not at all.
    case none
  }

  /// The value to which forecasts are added.
  public enum Level: String, Codable, Sendable, CaseIterable {
    /// The window's last value, so that a network that outputs zero forecasts that value.
    case last
    /// Nothing.
    case none
  }

  /// The number of rows read before each forecast.
  public var window = 48
  /// The number of rows forecast.
  public var horizon = 12
  /// Columns that are forecast, by name; empty: all that are read.
  public var targets: [String] = []
  /// The number of rows in a season, for a seasonal baseline in reports; nil: none.
  public var season: Int?
  /// The training loss.
  public var loss = Loss.huber
  /// The quantiles for `Loss.quantile`, ascending.
  public var quantiles: [Float] = [0.1, 0.5, 0.9]
  /// The smallest and largest values that targets can have, such as 0 and 1 for shares; nil: unbounded.
  /// Forecasts then lie within these bounds.
  public var bounds: ClosedRange<Double>?
  /// How columns are scaled.
  public var scaling = Scaling.standard
  /// The value to which forecasts are added.
  public var level = Level.last
  /// The recurrent layers; settings about words are not used.
  public var network = ForecastOptions.defaultNetwork
  /// The maximum number of passes over the windows.
  public var epochs = 50
  /// The number of windows in a batch.
  public var batchSize = 64
  /// The initial learning rate.
  public var learningRate = 0.002
  /// Epochs without improvement before training stops.
  public var patience = 8
  /// The share of the rows, just before the test rows, that early stopping monitors.
  public var validationFraction = 0.15
  /// The share of the rows, at the end, that are used only for testing.
  public var testFraction = 0.15
  /// The seed of initialisation, shuffling and dropout.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}

  private static var defaultNetwork: RecurrentConfiguration {
    var network = RecurrentConfiguration()
    network.hiddenSize = 64
    network.isBidirectional = false
    network.dropoutKind = .locked
    (network.outputDropout, network.layerDropout) = (0, 0)
    (network.wordDropout, network.embeddingDropout) = (0, 0)
    return network
  }

  /// The quantiles that are forecast; empty with any other loss.
  var forecastQuantiles: [Float] { loss == .quantile ? quantiles : [] }

  var regression: RegressionLoss {
    switch loss {
    case .huber: .huber(1)
    case .mae: .absolute
    case .mse: .squared
    case .quantile: .quantiles(quantiles)
    }
  }

  func configuration(inputs: Int, targets: Int) -> ForecastConfiguration {
    var own = network
    own.embeddingSize = inputs
    if own.batchNorm == .perStep { own.batchNormSteps = window }
    return ForecastConfiguration(
      inputCount: inputs, targetCount: targets, window: window, horizon: horizon,
      quantiles: forecastQuantiles, bounds: bounds.map { [$0.lowerBound, $0.upperBound] }, network: own)
  }

  /// - Throws: `DiscernError` for the first invalid value, named by its flag.
  public func validate() throws(DiscernError) {
    func require(_ holds: Bool, _ name: String, _ value: Any, _ expected: String) throws(DiscernError) {
      if !holds { throw .training(.invalidOption(name: name, value: "\(value)", expected: expected)) }
    }
    let million = 1_000_000
    try require(season.map { (1...million).contains($0) } ?? true, "season", season ?? 0, "1 to \(million)")
    try require(!quantiles.isEmpty || loss != .quantile, "quantiles", "none", "at least one")
    try require(
      validationFraction > 0 && validationFraction < 1, "validation-fraction", validationFraction,
      "above 0, below 1")
    try require(testFraction >= 0 && testFraction < 1, "test-fraction", testFraction, "0 to below 1")
    if testFraction + validationFraction >= 1 {
      throw .conflict(
        "--validation-fraction \(validationFraction) and --test-fraction \(testFraction) leave no rows to "
          + "train on; their sum must be below 1")
    }
    try require(
      bounds == nil || level == .none, "level", level.rawValue,
      "none with --bounds, since sums of two values may exceed them")
    try require((0..<1).contains(network.outputDropout), "dropout", network.outputDropout, "0 to below 1")
    try require((1...million).contains(batchSize), "batch-size", batchSize, "1 to \(million)")
    try wrapping(DiscernError.model) { () throws(ModelError) in
      try configuration(inputs: 1, targets: max(1, targets.count)).validate()
    }
    try wrapping(DiscernError.training) { () throws(TrainingError) in try training.validate() }
  }

  /// The trainer's options.
  var training: TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs
    options.batchSize = .texts(batchSize)
    options.learningRate = learningRate
    options.monitor = .loss
    options.patience = patience
    options.plateauPatience = patience / 3
    options.labelSmoothing = 0
    options.seed = seed
    return options
  }

  /// The settings by flag name, for the record.
  var choices: [String: String] {
    [
      "window": "\(window)", "horizon": "\(horizon)", "target": targets.joined(separator: ","),
      "season": season.map { "\($0)" } ?? "none", "loss": loss.rawValue,
      "quantiles": quantiles.map { "\($0)" }.joined(separator: ","), "scaling": scaling.rawValue,
      "level": level.rawValue,
      "bounds": bounds.map { "\($0.lowerBound),\($0.upperBound)" } ?? "none",
      "cell": network.cell.rawValue, "hidden": "\(network.hiddenSize)",
      "layers": "\(network.layerCount)", "bidirectional": "\(network.isBidirectional)",
      "residual": "\(network.residual)",
      "layer-norm": network.layerNorm.map(\.rawValue).joined(separator: "+"),
      "batch-norm": network.batchNorm.rawValue, "dropout": "\(network.outputDropout)",
      "epochs": "\(epochs)", "batch-size": "\(batchSize)", "learning-rate": "\(learningRate)",
      "patience": "\(patience)", "validation-fraction": "\(validationFraction)",
      "test-fraction": "\(testFraction)", "seed": "\(seed)",
    ]
  }
}
