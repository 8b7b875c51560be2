import DiscernIO
import DiscernModels

/// The bytes that training a network that forecasts takes at the least: its weights, what goes with each of
/// them, a batch's gates, and the table scaled.
package struct ForecastMemory: Sendable {
  private let network: Int
  private let batch: Int
  private let rows: Int

  /// - Parameters:
  ///   - batchSize: windows of a batch.
  ///   - rowCount: of the table.
  package init(
    _ configuration: ForecastConfiguration, batchSize: Int, rowCount: Int
  ) throws(ModelError) {
    func product(_ factors: Int...) -> Int {
      factors.reduce(MemoryLayout<Float>.stride) { result, factor in
        let (product, overflow) = result.multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
      }
    }
    // The given network, the one being trained, the best so far, two moments and the gradient.
    network = product(try ForecastNetwork.parameterCount(configuration), 6)
    let saved = EncoderConfiguration.recurrent(configuration.network).savedPerToken()
    batch = product(min(batchSize, rowCount), configuration.window, saved + 2 * configuration.inputCount)
    rows = product(rowCount, configuration.inputCount, 2)
  }

  /// - Throws: `MemoryShortage` with the flags that help most.
  package func check(against limit: SystemMemory.Limit) throws(MemoryShortage) {
    let parts = [network, batch, rows]
    let (total, overflow) = parts.reduce((0, false)) { sum, part in
      let (total, overflow) = sum.0.addingReportingOverflow(part)
      return (total, sum.1 || overflow)
    }
    guard overflow || total > limit.bytes else { return }
    let advice =
      network == parts.max()
      ? "lower --hidden, --layers or --horizon"
      : batch == parts.max() ? "lower --batch-size, --window, --hidden or --layers" : "read fewer --columns"
    throw MemoryShortage(purpose: "training", needed: overflow ? .max : total, limit: limit, advice: advice)
  }
}
