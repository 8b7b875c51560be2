import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

/// One pooled feature's output weight is so large that doubling it, as dropout of one half does when
/// it keeps the feature, overflows. Without dropout, and in steps that drop it, all is well.
private func fragileModel() throws -> NeuralClassifier {
  var configuration = ClassifierConfiguration(vocabularySize: 4, classCount: 2)
  configuration.encoder.recurrent?.embeddingSize = 1
  configuration.encoder.recurrent?.hiddenSize = 1
  configuration.encoder.recurrent?.pooling = [.last]
  configuration.encoder.recurrent?.embeddingDropout = 0
  configuration.encoder.recurrent?.outputDropout = 0.5
  let model = NeuralClassifier(
    copying: try NeuralClassifier(configuration: configuration, seed: 1))
  for parameter in model.weights.layout.parameters where parameter.name.hasPrefix("lstm.bias_ih") {
    // Open gates: the state is tanh(1) or so.
    for index in 0..<parameter.count { model.weights[parameter].pointer[index] = 20 }
  }
  for parameter in model.weights.layout.parameters where parameter.name == "output.weight" {
    model.weights[parameter].pointer[0] = 3e38
  }
  return model
}

private func train(seed: UInt64) throws -> TrainingResult {
  var texts = EncodedTexts()
  texts.append([2])
  let options = smallOptions {
    $0.epochs = 20
    $0.patience = 20
    $0.seed = seed
  }
  let data = LabelledTexts(texts: texts, labels: [0])
  return try Trainer(options, compute: Compute(threadCount: 1)).train(
    fragileModel(), training: data, development: data)
}

@Test func whenTheLossStopsBeingANumberTheBestWeightsAreKept() throws {
  var outcomes: Set<String> = []
  for seed in 1...12 as ClosedRange<UInt64> {
    do {
      let result = try train(seed: seed)
      outcomes.insert(result.outcome.rawValue)
      #expect(result.model.isFinite)
      if result.outcome == .diverged {
        let best = result.best
        #expect(result.epochs.count < 20)
        #expect(result.epochs.contains { $0.epoch == best.epoch })
      }
    } catch TrainingError.diverged(let epoch, let step) {
      outcomes.insert("error")
      #expect(epoch == 1 && step == 1)
    }
  }
  // Half of the seeds keep the feature in the first step; the others in one of the next.
  #expect(outcomes == ["diverged", "error"])
}
