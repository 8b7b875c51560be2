import ArgumentParser
import Discern
import DiscernModels
import DiscernTensor

extension ForecastOptions.Loss: ExpressibleByArgument {}
extension ForecastOptions.Scaling: ExpressibleByArgument {}
extension ForecastOptions.Level: ExpressibleByArgument {}

/// The kinds of batch normalisation that suit windows.
enum WindowNorm: String, CaseIterable, ExpressibleByArgument {
  case none, flattened
  case perStep = "per-step"

  var kind: BatchNormKind {
    switch self {
    case .none: .none
    case .flattened: .flattened
    case .perStep: .perStep
    }
  }
}

/// The columns and rows to forecast, and the rows from which they are forecast.
struct ForecastTaskArguments: ParsableArguments {
  private static let defaults = ForecastOptions()

  @Option(help: "Number of rows that the network reads before each forecast.")
  var window = defaults.window

  @Option(help: "Number of rows to forecast.")
  var horizon = defaults.horizon

  @Option(
    help: ArgumentHelp(
      "Columns to forecast, separated by commas. Default: all columns that are read.", valueName: "names"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "Number of rows in a season, such as 24 for hourly data; adds the forecast of one season before as a "
        + "baseline to all figures.",
      valueName: "rows"))
  var season: Int?

  @Option(help: "Loss: absolute error, squared error, Huber loss, or quantile loss (prediction intervals).")
  var loss = defaults.loss

  @Option(
    help: ArgumentHelp(
      "With --loss quantile: the quantiles, separated by commas. Default: 0.1,0.5,0.9.",
      valueName: "numbers"))
  var quantiles: String?

  @Option(help: "Scaling of the columns, fitted on the training rows only.")
  var scaling = defaults.scaling

  @Option(
    help: """
      Base to which forecasts are added: the window's last value, or none. Default: last; none with --bounds.
      """)
  var level: ForecastOptions.Level?

  @Option(
    help: ArgumentHelp(
      "Lower and upper bound of the targets, as 0,100; forecasts lie between them.",
      valueName: "numbers"))
  var bounds: String?

  func set(in options: inout ForecastOptions) throws {
    (options.window, options.horizon) = (window, horizon)
    options.targets =
      try target.map {
        try SeriesArguments.names($0, "target", without: "forecast all")
      } ?? []
    options.season = season
    (options.loss, options.scaling) = (loss, scaling)
    if let bounds {
      let numbers = bounds.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      guard numbers.count == 2, let low = numbers[0], let high = numbers[1], low < high,
        low.isFinite, high.isFinite
      else { throw ValidationError("--bounds \(bounds): expected two ascending numbers, as 0,100") }
      options.bounds = low...high
    }
    options.level = level ?? (bounds == nil ? options.level : ForecastOptions.Level.none)
    guard let quantiles else { return }
    if loss != .quantile {
      throw ValidationError("--quantiles requires --loss quantile; give it, or leave them out")
    }
    options.quantiles = try quantiles.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let value = Float(text), value > 0, value < 1 else {
        throw ValidationError("--quantiles \(quantiles): “\(text)” is not a number between 0 and 1")
      }
      return value
    }
  }
}

/// The options of the network.
struct ForecastNetworkArguments: ParsableArguments {
  private static let defaults = ForecastOptions().network

  @Option(help: "Type of the recurrent layers.")
  var cell = defaults.cell

  @Option(help: "Hidden units of each direction.")
  var hidden = defaults.hiddenSize

  @Option(help: "Recurrent layers.")
  var layers = defaults.layerCount

  @Flag(help: "Use bidirectional layers.")
  var bidirectional = false

  @Flag(help: "Add each layer's input to its output (residual connections).")
  var residual = false

  @Flag(help: "Layer normalisation after each layer.")
  var layerNorm = false

  @Option(help: "Batch normalisation of each layer's output: over all rows together, or per time step.")
  var batchNorm = WindowNorm.none

  @Option(help: "Dropout between layers and before the output.")
  var dropout: Float = 0

  func set(in options: inout ForecastOptions) {
    options.network.cell = cell
    (options.network.hiddenSize, options.network.layerCount) = (hidden, layers)
    (options.network.isBidirectional, options.network.residual) = (bidirectional, residual)
    if layerNorm { options.network.layerNorm = layers > 1 ? [.between, .output] : [.output] }
    options.network.batchNorm = batchNorm.kind
    options.network.outputDropout = dropout
    options.network.layerDropout = layers > 1 ? dropout : 0
  }
}

/// The options of training.
struct ForecastTrainingArguments: ParsableArguments {
  private static let defaults = ForecastOptions()

  @Option(help: "Maximum number of epochs.")
  var epochs = defaults.epochs

  @Option(help: "Windows per batch.")
  var batchSize = defaults.batchSize

  @Option(help: "Initial learning rate; halved when validation stops improving.")
  var learningRate = defaults.learningRate

  @Option(help: "Early stopping: epochs without improvement before training stops.")
  var patience = defaults.patience

  @Option(help: "Fraction of the rows, just before the test rows, for early stopping.")
  var validationFraction = defaults.validationFraction

  @Option(help: "Fraction of the rows, the last ones, for testing; they are not trained on.")
  var testFraction = defaults.testFraction

  @Option(help: "Seed of the random number generator.")
  var seed = defaults.seed

  @OptionGroup var run: RunArguments

  func set(in options: inout ForecastOptions) {
    (options.epochs, options.batchSize, options.learningRate) = (epochs, batchSize, learningRate)
    (options.patience, options.seed) = (patience, seed)
    (options.validationFraction, options.testFraction) = (validationFraction, testFraction)
  }
}
