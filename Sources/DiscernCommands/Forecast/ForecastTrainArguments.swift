import ArgumentParser
import Discern
import DiscernModels
import DiscernTensor

extension ForecastOptions.Loss: ExpressibleByArgument {}
extension ForecastOptions.Scaling: ExpressibleByArgument {}
extension ForecastOptions.Level: ExpressibleByArgument {}

/// What batch normalisation takes together, of the kinds that suit windows.
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

/// What is forecast, and from what.
struct ForecastTaskArguments: ParsableArguments {
  private static let defaults = ForecastOptions()

  @Option(help: "Rows that are read before each forecast.")
  var window = defaults.window

  @Option(help: "Rows that are forecast.")
  var horizon = defaults.horizon

  @Option(
    help: ArgumentHelp(
      "Columns that are forecast, separated by commas. Default: all that are read.", valueName: "names"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "Rows of a season, such as 24 for hours of a day: its value before is told beside every figure.",
      valueName: "rows"))
  var season: Int?

  @Option(
    help: "What of a difference counts: its size, its square, Huber's mixture, or quantiles' (intervals).")
  var loss = defaults.loss

  @Option(
    help: ArgumentHelp(
      "With --loss quantile: which ones, separated by commas. Default: 0.1,0.5,0.9.", valueName: "numbers"))
  var quantiles: String?

  @Option(help: "How columns are scaled, by their training rows alone.")
  var scaling = defaults.scaling

  @Option(
    help: """
      What forecasts are added to: the window's last value, or nothing. Default: last, with --bounds none.
      """)
  var level: ForecastOptions.Level?

  @Option(
    help: ArgumentHelp(
      "The smallest and the largest value that targets can have, as 0,100; forecasts lie between them.",
      valueName: "numbers"))
  var bounds: String?

  func set(in options: inout ForecastOptions) throws {
    (options.window, options.horizon) = (window, horizon)
    options.targets = target.map(SeriesArguments.names) ?? []
    if target != nil, options.targets.isEmpty {
      throw ValidationError("--target names no column; leave it out to forecast all")
    }
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
      throw ValidationError("--quantiles go with --loss quantile; give it, or leave them out")
    }
    options.quantiles = try quantiles.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let value = Float(text), value > 0, value < 1 else {
        throw ValidationError("--quantiles \(quantiles): “\(text)” is no number between 0 and 1")
      }
      return value
    }
  }
}

/// The network.
struct ForecastNetworkArguments: ParsableArguments {
  private static let defaults = ForecastOptions().network

  @Option(help: "What the layers are made of.")
  var cell = defaults.cell

  @Option(help: "Units of each direction.")
  var hidden = defaults.hiddenSize

  @Option(help: "Recurrent layers.")
  var layers = defaults.layerCount

  @Flag(help: "Read each window from its end, too.")
  var bidirectional = false

  @Flag(help: "Add each layer's input to its output.")
  var residual = false

  @Flag(help: "Normalise each row's features behind every layer.")
  var layerNorm = false

  @Option(help: "Normalise each layer's output over a batch: all rows together, or each place by itself.")
  var batchNorm = WindowNorm.none

  @Option(help: "Dropout between layers and before the output.")
  var dropout: Float = 0

  func set(in options: inout ForecastOptions) {
    options.network.cell = cell
    (options.network.hiddenSize, options.network.layerCount) = (hidden, layers)
    (options.network.isBidirectional, options.network.residual) = (bidirectional, residual)
    if layerNorm { options.network.layerNorm = layers > 1 ? [.between, .output] : [.output] }
    options.network.batchNorm = batchNorm.kind
    (options.network.outputDropout, options.network.layerDropout) = (dropout, dropout)
  }
}

/// How it is trained.
struct ForecastTrainingArguments: ParsableArguments {
  private static let defaults = ForecastOptions()

  @Option(help: "Passes over the windows, at most.")
  var epochs = defaults.epochs

  @Option(help: "Windows of an update.")
  var batchSize = defaults.batchSize

  @Option(help: "The learning rate; it is halved where nothing improves.")
  var learningRate = defaults.learningRate

  @Option(help: "Epochs without improvement before training stops.")
  var patience = defaults.patience

  @Option(help: "The share of the rows, before those of the test, that early stopping watches.")
  var validationFraction = defaults.validationFraction

  @Option(help: "The share of the rows, the last ones, to measure on; nothing is learned from them.")
  var testFraction = defaults.testFraction

  @Option(help: "Keys all random draws.")
  var seed = defaults.seed

  @OptionGroup var run: RunArguments

  func set(in options: inout ForecastOptions) {
    (options.epochs, options.batchSize, options.learningRate) = (epochs, batchSize, learningRate)
    (options.patience, options.seed) = (patience, seed)
    (options.validationFraction, options.testFraction) = (validationFraction, testFraction)
  }
}
