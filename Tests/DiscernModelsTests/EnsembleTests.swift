import DiscernCorpus
import DiscernModels
import DiscernTensor
import Foundation
import Testing

private let heads = [
  HeadConfiguration(name: "a", .classes(count: 3)), HeadConfiguration(name: "b", .labels(count: 4)),
]

/// Models of one shape whose logits differ widely.
private func models(_ count: Int, scale: Float) throws -> [NeuralClassifier] {
  var configuration = smallConfiguration()
  configuration.heads = heads
  return try (0..<count).map { index in
    let model = try NeuralClassifier(configuration: configuration, seed: UInt64(index))
    return try NeuralClassifier(
      configuration: configuration,
      tensors: model.tensors.mapValues { ($0.shape, $0.values.map { $0 * scale }) })
  }
}

@Test(arguments: [1, 4] as [Float]) func theMeanOfProbabilitiesDecides(scale: Float) throws {
  let models = try models(3, scale: scale)
  let texts = randomTexts(30, longest: 15, seed: 5)
  let compute = Compute(threadCount: 2)
  let together = Predictor(models, compute: compute)
  let each = models.map { Predictor($0, compute: compute).probabilities(texts) }
  let probabilities = together.probabilities(texts)
  for index in probabilities.indices {
    let mean = each.reduce(0) { $0 + Double($1[index]) } / 3
    #expect(abs(Double(probabilities[index]) - mean) < 1e-6)
  }
  #expect(probabilities != each[0])

  // One model, or the same one three times.
  let one = Predictor([models[0]], compute: compute)
  #expect(one.logits(texts) == Predictor(models[0], compute: compute).logits(texts))
  let same = Predictor([models[0], models[0], models[0]], compute: compute).probabilities(texts)
  for (a, b) in zip(same, each[0]) { #expect(abs(a - b) < 1e-6) }
}

@Test func anEnsemblesScoresDoNotDependOnTheBatch() throws {
  let models = try models(2, scale: 2)
  let texts = randomTexts(40, longest: 20, seed: 6)
  let all = Predictor(models, compute: Compute(threadCount: 3)).logits(texts)
  let one = Predictor(models, compute: Compute(threadCount: 1))
  for index in 0..<texts.count {
    #expect(one.logits(texts.selecting([index])) == Array(all[7 * index..<7 * index + 7]))
  }
  #expect(one.logits(texts, tokensPerBatch: 30) == all)
}

/// Logits of hundreds: no probability of a member is lost, none becomes a NaN.
@Test func extremeLogitsStayNumbers() throws {
  let models = try models(2, scale: 600)
  let texts = randomTexts(20, longest: 10, seed: 7)
  let predictor = Predictor(models, compute: Compute(threadCount: 1))
  let logits = predictor.logits(texts)
  #expect(!logits.contains { !$0.isFinite })
  let members = models.map { Predictor($0, compute: Compute(threadCount: 1)).logits(texts) }
  #expect((members.joined().map(abs).max() ?? 0) > 100)
  let probabilities = predictor.outputs.probabilities(ofLogits: logits)
  #expect(probabilities.allSatisfy { $0 >= 0 && $0 <= 1 })
}
