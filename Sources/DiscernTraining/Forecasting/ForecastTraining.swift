import DiscernModels
import DiscernTensor

/// A forecasting network in training.
package struct ForecastTraining: TrainableModel {
  package let network: ForecastNetwork
  package let loss: RegressionLoss

  /// - Parameter loss: with the network's quantiles, if it has any.
  package init(_ network: ForecastNetwork, loss: RegressionLoss) {
    precondition(
      loss.outputCount == network.configuration.valueCount, "a loss of another number of quantiles")
    self.network = network
    self.loss = loss
  }

  /// The number of windows measured together.
  private static let measuredTogether = 256

  package var weights: Weights { network.weights }

  package func with(_ weights: Weights) -> ForecastTraining {
    ForecastTraining(ForecastNetwork(network, weights: weights), loss: loss)
  }

  package func mass(of batch: ForecastBatch) -> StepMass {
    StepMass(losses: [Double(batch.targets.count * loss.outputCount)])
  }

  package func mean(_ losses: [LossSum]) -> Double { losses.reduce(0) { $0 + $1.mean } }

  package func callAsFunction(_ batch: ForecastBatch, _ pass: TrainingPass) -> TrainingPass.Result {
    let outputs = network(pass.tape, batch, seed: pass.seed, step: pass.step)
    return TrainingPass.Result(losses: [
      pass.tape.regression(
        of: outputs, to: batch.targets, loss, weight: pass.weight, divisor: pass.mass.losses[0])
    ])
  }

  package func measure(_ windows: SeriesWindows, _ compute: Compute) throws(TrainingError) -> Measures? {
    let workspace = Workspace()
    let size = loss.outputCount
    var sum = LossSum()
    for start in stride(from: 0, to: windows.count, by: Self.measuredTogether) {
      let batch = windows.batch(start..<min(start + Self.measuredTogether, windows.count))
      let outputs = network.outputs(batch, compute, workspace)
      for (index, output) in outputs.enumerated() {
        let difference = Double(output) - Double(batch.targets[index / size])
        sum += LossSum(sum: loss.value(difference, index % size), mass: 1)
      }
    }
    guard sum.mean.isFinite else { return nil }
    return Measures(score: -sum.mean, loss: sum.mean)
  }

  package var batchDependences: [TrainingWarning.BatchDependence] {
    network.configuration.network.batchNorm == .none ? [] : [.batchNorm]
  }
}
