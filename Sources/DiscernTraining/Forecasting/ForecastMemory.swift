import DiscernIO
import DiscernModels

/// A lower bound of the bytes that training a forecasting network needs: its weights, their optimizer state,
/// a batch's saved activations, and the scaled table.
package struct ForecastMemory: Sendable {
  private let network: Int
  private let batch: Int
  private let rows: Int

  /// - Parameters:
  ///   - batchSize: the number of windows in a batch.
  ///   - rowCount: the number of the table's rows.
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
