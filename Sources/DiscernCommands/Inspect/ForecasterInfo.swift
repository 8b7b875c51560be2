import Discern
import DiscernBundle
import DiscernModels
import DiscernSystem
import DiscernTraining

/// The output of `discern info` for a forecaster.
struct ForecasterInfo: InspectedFolder {
  struct Column: Encodable {
    let name: String
    let offset, scale: Double
    let isForecast: Bool

    /// The formula by which a value is scaled; an offset that has no effect is left out.
    var formula: String {
      func figure(_ number: Double) -> String { String(format: "%.6g", abs(number)) }
      let isShifted = abs(offset) > scale * 1e-7
      let shifted = isShifted ? "(value \(offset < 0 ? "+" : "−") \(figure(offset)))" : "value"
      return scale == 1 ? (isShifted ? shifted : "value, not scaled") : "\(shifted) / \(figure(scale))"
    }
  }

  private let kind = "forecaster"
  private let bytes: Int
  private let columns: [Column]
  private let window, horizon: Int
  private let quantiles: [Float]
  private let bounds: [Double]?
  private let network: RecurrentConfiguration
  let weights: [WeightInfo]
  let parameterCount: Int
  private let training: ForecastRecord

  init(_ forecaster: Forecaster, bytes: Int) {
    self.bytes = bytes
    let targets = Set(forecaster.targets)
    columns = zip(forecaster.columns, forecaster.scales).map {
      Column(name: $0, offset: $1.offset, scale: $1.scale, isForecast: targets.contains($0))
    }
    (window, horizon, quantiles) = (forecaster.window, forecaster.horizon, forecaster.quantiles)
    (bounds, network) = (forecaster.configuration.bounds, forecaster.configuration.network)
    weights = WeightInfo.all(forecaster.weightShapes)
    parameterCount = forecaster.parameterCount
    training = forecaster.record
  }

  var facts: [(String, String)] {
    let shape =
      "\(network.layerCount.counted("layer")) of \(network.cell.rawValue), \(network.hiddenSize) units"
      + (network.isBidirectional ? ", bidirectional" : "")
    var facts = [
      ("model", "forecaster (discern forecast)"), ("size", "\(bytes.grouped) bytes"), ("network", shape),
      ("reads", "\(window.counted("row")) of " + columns.map(\.name).joined(separator: ", ")),
      (
        "forecasts",
        "\(horizon.counted("row")) of " + columns.filter(\.isForecast).map(\.name).joined(separator: ", ")
      ),
    ]
    if !quantiles.isEmpty { facts.append(("quantiles", quantiles.map { "\($0)" }.joined(separator: ", "))) }
    if let bounds { facts.append(("bounds", bounds.map { "\($0)" }.joined(separator: " to "))) }
    facts += columns.map { ("scale of \($0.name)", $0.formula) }
    return facts + [("kernels", training.kernels)]
  }

  var origin: String {
    "trained on \(training.trainingRows.grouped) rows, validated on \(training.validationRows.grouped), of "
      + "\(training.rowCount.grouped)" + (training.lastTime.map { ", the last one \($0)" } ?? "")
      + ", \(training.outcome.rawValue)"
  }

  var choices: [String: String] { training.choices }
  var epochs: [EpochSummary] { training.epochs }
  var accuracyTitle: String? { nil }
  var figures: [String] { training.report.map { ForecastTable.lines([$0]) } ?? [] }

  private enum CodingKeys: CodingKey {
    case kind, bytes, columns, window, horizon, quantiles, bounds, network, weights, parameterCount, training
  }
}
