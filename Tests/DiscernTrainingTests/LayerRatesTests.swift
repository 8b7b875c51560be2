import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

private func model(_ change: (inout RecurrentConfiguration) -> Void = { _ in }) throws
  -> NeuralClassifier
{
  var configuration = smallConfiguration(layers: 2)
  var network = try #require(configuration.encoder.recurrent)
  change(&network)
  configuration.encoder = .recurrent(network)
  return try NeuralClassifier(configuration: configuration, seed: 1)
}

private func train(
  _ model: NeuralClassifier, _ options: TrainingOptions,
  onEvent: (TrainingEvent) -> Void = { _ in }
) throws -> TrainingResult {
  try Trainer(options, compute: Compute(threadCount: 1)).train(
    model, training: smallTask(60, seed: 1), development: smallTask(20, seed: 2), onEvent: onEvent)
}

/// The mean distance of each weight from its initial value.
private func distances(_ change: (inout TrainingOptions) -> Void) throws -> [String: Float] {
  let begun = try model()
  let trained = try train(begun, smallOptions(change)).model
  return Dictionary(
    uniqueKeysWithValues: try trained.shapes.map { name, _ in
      let (old, new) = (try begun.values(name).array, try trained.values(name).array)
      return (name, zip(old, new).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(max(1, old.count)))
    })
}

@Test func everyWeightHasTheDepthOfItsLayer() throws {
  for norm in [BatchNormKind.none, .flattened, .recurrent] {
    let model = try model {
      ($0.residual, $0.batchNorm) = (norm != .recurrent, norm)
      $0.batchNormSteps = norm == .recurrent ? 4 : nil
      $0.layerNorm = norm == .none ? [.input, .between, .output] : [.input]
    }
    let layout = model.weights.layout
    #expect(layout.depthCount == 4 && model.weights.layout.tables.map(\.depth) == [0])
    for parameter in layout.parameters {
      let name = parameter.name
      let depth =
        if name.hasPrefix("layer_norm.input") {
          0
        } else if name.hasPrefix("layer_norm.output") {
          2
        } else {
          (0...1).first { name.contains("_l\($0)") || name.contains(".l\($0)") }.map { $0 + 1 } ?? 3
        }
      #expect(parameter.depth == depth, "\(name)")
    }
  }
}

@Test func lowerLayersWaitUntilTheyLearn() throws {
  let waiting = ["embedding.weight", "lstm.weight_ih_l0", "lstm.weight_hh_l0_reverse", "lstm.weight_ih_l1"]
  for adversarial in [AdversarialMethod.none, .fgm] {
    let first = try distances {
      ($0.epochs, $0.unfreezeEpochs, $0.monitor, $0.adversarial) = (1, 1, .loss, adversarial)
    }
    for name in waiting { #expect(first[name] == 0, "\(name)") }
    #expect(first["output.weight", default: 0] > 0 && first["attention.projection.weight", default: 0] > 0)
  }
  let options = smallOptions { ($0.unfreezeEpochs, $0.layerRateDecay) = (2, 0.5) }
  let training = try ClassifierTraining(model(), options: options)
  for (epoch, factors) in [
    (1, [0, 0, 0, 1]), (2, [0, 0, 0, 1]), (3, [0, 0, 0.5, 1]), (5, [0, 0.25, 0.5, 1]),
    (9, [0.125, 0.25, 0.5, 1]),
  ] as [(Int, [Float])] {
    #expect(training.rateFactors(epoch: epoch) == factors)
  }
}

@Test func lowerLayersLearnMoreSlowly() throws {
  let plain = try distances { ($0.epochs, $0.monitor) = (2, .loss) }
  let slow = try distances { ($0.epochs, $0.layerRateDecay, $0.monitor) = (2, 0.1, .loss) }
  #expect(slow["output.weight", default: 0] > 0.3 * plain["output.weight", default: 0])
  #expect(slow["lstm.weight_hh_l1", default: 1] < 0.3 * plain["lstm.weight_hh_l1", default: 0])
  #expect(slow["lstm.weight_hh_l0", default: 1] < 0.1 * plain["lstm.weight_hh_l0", default: 0])
  #expect(slow["embedding.weight", default: 1] < 0.01 * plain["embedding.weight", default: 0])
}

@Test(arguments: [0, 1]) func whatWaitsHasNoPartInTheNormThatClips(unfreeze: Int) throws {
  let (begun, changed) = (try model(), try model())
  let options = smallOptions {
    ($0.optimizer, $0.momentum, $0.clipNorm, $0.unfreezeEpochs) = (.sgd, 0, 0.01, unfreeze)
  }
  let data = smallTask(16, seed: 1)
  let update = TrainingStep(
    ClassifierTraining(changed, options: options), options: options, compute: Compute(threadCount: 1)
  ).update([data.batch(of: Array(0..<16))], learningRate: 1)
  #expect(update.gradientNorm > 0.01)
  var squares = 0.0
  for (name, _) in begun.shapes {
    for (old, new) in zip(try begun.values(name).array, try changed.values(name).array) {
      squares += Double(new - old) * Double(new - old)
    }
  }
  // A clipped step of rate 1 is as long as the norm allows.
  #expect(abs(squares.squareRoot() / 0.01 - 1) < 1e-3)
}

@Test func noEpochCountsAgainstPatienceUntilAllLearn() throws {
  func epochs(unfreeze: Int) throws -> Int {
    // A rate at which epochs are soon worse than the first ones.
    let options = smallOptions {
      ($0.epochs, $0.patience, $0.unfreezeEpochs, $0.learningRate) = (9, 1, unfreeze, 1)
    }
    return try train(model(), options).epochs.count
  }
  #expect(try epochs(unfreeze: 0) < 9)
  #expect(try epochs(unfreeze: 3) == 9)
  var selection = Selection(smallOptions { ($0.patience, $0.plateauPatience) = (1, 0) })
  _ = selection.judge(score: 1, loss: 1)
  #expect(!selection.judge(score: 0, loss: 1, isWaiting: true).stops && selection.learningRate == 0.01)
  #expect(selection.judge(score: 0, loss: 1).stops && selection.learningRate < 0.01)
}

@Test func aTrainingThatIsTooShortForAllLayersSaysSo() throws {
  func warnings(epochs: Int, trainsWords: Bool = true) throws -> [TrainingWarning] {
    var warnings: [TrainingWarning] = []
    let options = smallOptions { ($0.epochs, $0.unfreezeEpochs) = (epochs, 1) }
    _ = try train(model { $0.trainsEmbedding = trainsWords }, options) { event in
      if case .warning(let warning) = event { warnings.append(warning) }
    }
    return warnings.filter { if case .neverLearning = $0 { true } else { false } }
  }
  #expect(try warnings(epochs: 3) == [.neverLearning(epochs: 3)])
  #expect(try warnings(epochs: 4).isEmpty)
  // Frozen vectors never learn anyway.
  #expect(try warnings(epochs: 3, trainsWords: false).isEmpty)
}
