import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import Testing

private let bias: Float = 0.4

/// Twelve texts of two tokens and a network of one forward layer, whose gates depend on their bias alone.
private func model() throws -> NeuralClassifier {
  var configuration = smallConfiguration(layers: 1)
  configuration.encoder.recurrent?.isBidirectional = false
  configuration.encoder.recurrent?.hasSkipGates = true
  let model = try NeuralClassifier(configuration: configuration, seed: 2)
  let (weight, own) = (try model.values("lstm.skip_weight_l0"), try model.values("lstm.skip_bias_l0"))
  for j in 0..<weight.count { weight.pointer[j] = 0 }
  own.pointer[0] = bias
  return model
}

private let texts = {
  var texts = EncodedTexts()
  for text in 0..<12 { texts.append([Int32(text + 2), Int32(39 - text)]) }
  return LabelledTexts(texts: texts, labels: (0..<12).map { Int32($0 % 3) })
}()

/// The gradient of the gate's bias in a step of some batches, which plain SGD shows.
private func gradient(cost: Double, batches: [Range<Int>]) throws -> Float {
  let options = smallOptions {
    $0.optimizer = .sgd
    $0.momentum = 0
    $0.clipNorm = 0
    $0.skipCost = cost
  }
  let own = try model()
  let step = TrainingStep(
    ClassifierTraining(own, options: options), options: options, compute: Compute(threadCount: 2))
  #expect(step.update(batches.map { texts.batch(of: Array($0)) }, learningRate: 1).isFinite)
  _ = step.result()
  return bias - (try own.values("lstm.skip_bias_l0").pointer[0])
}

/// The second step of each text is taken by p = q = σ(b), so the cost's gradient is cost · q (1 − q) for any
/// number of texts, however they are divided into batches.
@Test(arguments: [[0..<12], [0..<5, 5..<12], [0..<3]])
func aStepCostsItsShareOfALossAveragedOverTexts(batches: [Range<Int>]) throws {
  let q = 1 / (1 + exp(-bias))
  let without = try gradient(cost: 0, batches: batches)
  for cost in [0.5, 2] {
    let own = try gradient(cost: cost, batches: batches) - without
    #expect(abs(own - Float(cost) * q * (1 - q)) < 1e-5, "\(own)")
  }
}
