import DiscernTensor
import Testing

/// Values and gradients of PyTorch 2.15 (Tests/Golden/regression.py).
@Suite struct RegressionLossTests {
  private static let outputs: [Float] = [0.5, -1.25, 3, 0, 2.5, -0.75]
  private static let targets: [Float] = [1, -1, 0, 0.25, 2.5, 1.25]

  private func run(
    _ loss: RegressionLoss, _ outputs: [Float], _ targets: [Float], columns: Int
  ) -> (sum: LossSum, gradient: [Float]) {
    var layout = ParameterLayout()
    let identity = LinearParameters(
      &layout, prefix: "x", inputSize: columns, outputSize: columns, bias: false)
    let weights = Weights(layout: layout)
    for row in 0..<columns { weights[identity.weight].row(row)[row] = 1 }
    weights.didChange()
    let gradients = Gradients(layout: layout)
    gradients.reset()
    let tape = Tape(
      compute: Compute(threadCount: 1), workspace: Workspace(), weights: weights, gradients: gradients)
    return withExtendedLifetime(tape) {
      let values = tape.linear(tape.constant(outputs, columns: columns), identity)
      let sum = tape.regression(of: values, to: targets, loss, weight: 2, divisor: 4)
      tape.runBackward()
      return (sum, values.gradient?.array ?? [])
    }
  }

  @Test(arguments: [
    (
      RegressionLoss.absolute, 6.0, [-0.5, -0.5, 0.5, -0.5, 0, -0.5] as [Float]
    ),
    (.squared, 13.375, [-0.5, -0.25, 3, -0.25, 0, -2]),
    (.huber(1), 4.1875, [-0.25, -0.125, 0.5, -0.125, 0, -0.5]),
    (.huber(0.5), 2.4375, [-0.25, -0.125, 0.25, -0.125, 0, -0.25]),
  ])
  func valuesAndGradientsArePyTorchs(loss: RegressionLoss, sum: Double, gradient: [Float]) {
    let result = run(loss, Self.outputs, Self.targets, columns: 3)
    #expect(abs(result.sum.sum - sum) < 1e-6 && result.sum.mass == 6, "\(result.sum)")
    #expect(zip(result.gradient, gradient).allSatisfy { abs($0 - $1) < 1e-6 }, "\(result.gradient)")
  }

  /// Two quantiles of each target side by side.
  @Test func quantilesPullFromBothSides() {
    let result = run(.quantiles([0.1, 0.9]), [1, 3, 0, 1], [2, 2], columns: 2)
    // 1 and 0 lie below 2 by 1 and 2, 3 above by 1, 1 below by 1.
    #expect(abs(result.sum.sum - (0.1 * 1 + 0.1 * 1 + 0.1 * 2 + 0.9 * 1)) < 1e-6, "\(result.sum)")
    #expect(result.sum.mass == 4)
    let expected: [Float] = [-0.05, 0.05, -0.05, -0.45]
    #expect(zip(result.gradient, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(result.gradient)")
  }

  @Test(arguments: [RegressionLoss.absolute, .squared, .huber(0.7), .quantiles([0.2])])
  func theSlopeIsTheDifference(loss: RegressionLoss) {
    for value in stride(from: -2.05, to: 2, by: 0.1) {
      let step = 1e-4
      let difference = (loss.value(value + step, 0) - loss.value(value - step, 0)) / (2 * step)
      let gradient = run(loss, [Float(value)], [0], columns: 1).gradient[0] * 2
      #expect(abs(Double(gradient) - difference) < 2e-3, "\(loss) at \(value)")
    }
  }
}
