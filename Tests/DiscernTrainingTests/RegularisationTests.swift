import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

private let training = smallTask(100, seed: 1)
private let development = smallTask(40, seed: 2)

private func train(
  threads: Int = 2, _ options: TrainingOptions = smallOptions(), development: LabelledTexts = development,
  _ change: (inout ClassifierConfiguration) -> Void = { _ in }
) throws -> TrainingResult {
  var configuration = smallConfiguration(dropout: 0.3, layers: 2)
  change(&configuration)
  return try Trainer(options, compute: Compute(threadCount: threads)).train(
    NeuralClassifier(configuration: configuration, seed: 1), training: training,
    development: development)
}

/// The first epoch is as without a schedule, the others are not; a schedule to the rates themselves changes
/// nothing.
@Test func dropoutGoesFromOneRateToAnother() throws {
  let plain = try train()
  let same = try train(smallOptions { $0.dropoutTo = 0.3 })
  #expect(same.model.bits == plain.model.bits)
  let scheduled = try train(smallOptions { $0.dropoutTo = 0 })
  #expect(scheduled.epochs[0].trainLoss == plain.epochs[0].trainLoss)
  #expect(scheduled.epochs[0].developmentLoss == plain.epochs[0].developmentLoss)
  #expect(scheduled.epochs[1].trainLoss != plain.epochs[1].trainLoss)
  // The last epoch drops nothing: its rate is the final one.
  let none = try train(smallOptions { $0.dropoutTo = 0 }) {
    $0.encoder.recurrent?.embeddingDropout = 0
    $0.encoder.recurrent?.layerDropout = 0
    $0.encoder.recurrent?.outputDropout = 0
  }
  #expect(none.model.bits != scheduled.model.bits)
}

/// Early stopping restores the best epoch's running statistics, not the last one's.
@Test(arguments: [BatchNormKind.flattened, .perStep])
func theBestEpochsStatisticsAreRestored(kind: BatchNormKind) throws {
  func change(_ configuration: inout ClassifierConfiguration) {
    configuration.encoder.recurrent?.batchNorm = kind
    configuration.encoder.recurrent?.batchNormSteps = kind == .perStep ? 12 : nil
  }
  // The more is learned, the larger the loss of wrong labels.
  let wrong = LabelledTexts(
    texts: development.texts, labels: development.targets[0].numbers.map { ($0 + 1) % 3 })
  let options = smallOptions {
    $0.epochs = 12
    $0.patience = 12
    $0.monitor = .loss
  }
  let result = try train(options, development: wrong, change)
  let best = result.best
  #expect(best.epoch < 12)
  let predictions = try #require(
    try predictions(result.model, wrong).only)
  #expect(predictions.logLoss == best.developmentLoss)
  let other = try train(threads: 3, options, development: wrong, change)
  #expect(other.model.bits == result.model.bits)
}

/// The second pass of adversarial training moves no statistics: they are functions of the clean pass, whose
/// first step is that of training without.
@Test func adversarialPassesMoveNoStatistics() throws {
  func statistics(_ method: AdversarialMethod) throws -> [Float] {
    let options = smallOptions {
      $0.epochs = 1
      $0.batchSize = .texts(100)
      $0.adversarial = method
    }
    let model = try train(options) { $0.encoder.recurrent?.batchNorm = .flattened }.model
    return try model.values("batch_norm.l0.running_mean").array
  }
  let plain = try statistics(.none)
  #expect(plain.contains { $0 != 0 })
  #expect(try statistics(.fgm) == plain)
}

@Test(arguments: [RecurrentCell.gru, .rnn]) func everyCellLearns(cell: RecurrentCell) throws {
  let result = try train(smallOptions { $0.epochs = 12 }) {
    $0.encoder.recurrent?.cell = cell
    $0.encoder.recurrent?.layerDropout = 0
    $0.encoder.recurrent?.embeddingDropout = 0
    $0.encoder.recurrent?.outputDropout = 0
  }
  #expect(result.epochs[result.epochs.count - 1].trainLoss < 0.8 * result.epochs[0].trainLoss)
}
