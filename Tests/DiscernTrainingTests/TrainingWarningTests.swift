import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

private let training = smallTask(100, seed: 1)
private let development = smallTask(40, seed: 2)

@Test func everyWeightsGradientNormIsInTheSummary() throws {
  func norms(_ change: (inout ClassifierConfiguration) -> Void = { _ in }) throws -> EpochSummary {
    var configuration = smallConfiguration()
    change(&configuration)
    let model = try NeuralClassifier(configuration: configuration, seed: 1)
    // One step an epoch, so that its norm is the mean.
    let options = smallOptions {
      $0.epochs = 1
      $0.batchSize = .texts(100)
    }
    return try Trainer(options, compute: Compute(threadCount: 2)).train(
      model, training: training, development: development
    ).epochs[0]
  }
  let summary = try norms()
  #expect(Set(summary.gradientNorms.keys) == Set(try smallModel().shapes.map(\.name)))
  #expect(summary.gradientNorms.values.allSatisfy { $0 > 0 })
  let total = summary.gradientNorms.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  #expect(abs(total - summary.gradientNorm) < 1e-12)
  let frozen = try norms { $0.encoder.recurrent?.trainsEmbedding = false }
  #expect(frozen.gradientNorms["embedding.weight"] == nil)
  #expect(frozen.gradientNorms["output.weight"] == summary.gradientNorms["output.weight"])
}

private func meter(_ steps: [[(String, Double, Int)]]) -> GradientMeter {
  var meter = GradientMeter()
  for step in steps {
    meter.add(
      GradientSquares(parts: step.map { GradientSquares.Part(name: $0.0, squares: $0.1, elements: $0.2) }))
  }
  return meter
}

@Test func gradientsThatVanishOrExplodeAreToldOnce() {
  var watch = TrainingWatch()
  #expect(watch.warnings(meter([[("a", 1, 100), ("b", 1e-6, 100)]])).isEmpty)
  // Small relative to the others, but not small; zero is not in the result.
  #expect(watch.warnings(meter([[("a", 1e8, 100), ("b", 1e-4, 100), ("c", 0, 9)]])).count == 1)
  let small = meter([[("a", 1, 100), ("b", 1e-16, 4)], [("a", 1, 100), ("b", 3e-16, 4)]])
  guard case .vanishingGradient("b", let value) = watch.warnings(small).first else {
    Issue.record("nothing was said of a gradient that vanishes")
    return
  }
  #expect(abs(value - (4e-16 / 8).squareRoot()) < 1e-20)
  #expect(watch.warnings(small).isEmpty)
  // All of them small: training has converged, and nothing vanishes.
  var other = TrainingWatch()
  #expect(other.warnings(meter([[("a", 1e-16, 1), ("b", 2e-16, 1)]])).isEmpty)
  #expect(
    other.warnings(meter([[("a", 1, 1), ("b", 10_000, 9)], [("a", 1, 1), ("b", 12_100, 9)]]))
      == [.explodingGradient(parameter: "b", norm: 105)])
  #expect(other.warnings(meter([[("b", 1e9, 9)]])).isEmpty)
}

@Test func oneLabelForAllIsToldWhenItStays() {
  let labels = (0..<100).map { Int32($0 % 3) }
  let all = [Int32](repeating: 1, count: 100)
  let expected = TrainingWarning.oneClass(label: 1, predictedShare: 1, share: 0.33)
  var watch = TrainingWatch()
  #expect(watch.warning(predicted: all, labels: labels, isLast: false) == nil)
  #expect(watch.warning(predicted: labels, labels: labels, isLast: false) == nil)
  #expect(watch.warning(predicted: all, labels: labels, isLast: false) == nil)
  #expect(watch.warning(predicted: all, labels: labels, isLast: false) == expected)
  #expect(watch.warning(predicted: all, labels: labels, isLast: true) == nil)
  var last = TrainingWatch()
  #expect(last.warning(predicted: all, labels: labels, isLast: true) == expected)
  // 95 of 100 are enough, 94 are not; and if the labels are that skewed, so may be the predictions.
  for (count, isTold) in [(95, true), (94, false)] {
    var watch = TrainingWatch()
    let predicted = all[..<count] + labels[..<(100 - count)].map { $0 == 1 ? 2 : $0 }
    #expect((watch.warning(predicted: Array(predicted), labels: labels, isLast: true) != nil) == isTold)
  }
  var skewed = TrainingWatch()
  #expect(skewed.warning(predicted: all, labels: Array(all[..<96]) + [0, 0, 0, 0], isLast: true) == nil)
}

@Test func whatDependsOnTheSingleBatchIsToldBeforeGradientsAreAccumulated() throws {
  func warnings(_ norm: BatchNormKind, _ change: (inout TrainingOptions) -> Void) throws -> [TrainingWarning]
  {
    var configuration = smallConfiguration()
    configuration.encoder.recurrent?.batchNorm = norm
    var warnings: [TrainingWarning] = []
    var hasBegun = false
    let options = smallOptions {
      $0.epochs = 1
      change(&$0)
    }
    _ = try Trainer(options, compute: Compute(threadCount: 1)).train(
      NeuralClassifier(configuration: configuration, seed: 1), training: smallTask(40, seed: 1),
      development: smallTask(20, seed: 2)
    ) { event in
      switch event {
      case .step: hasBegun = true
      case .warning(let warning) where !hasBegun: warnings.append(warning)
      default: break
      }
    }
    return warnings
  }
  #expect(
    try warnings(.flattened) {
      $0.accumulation = 2
      $0.adversarial = .fgm
    } == [.accumulation(count: 2, .sharedMove), .accumulation(count: 2, .batchNorm)])
  #expect(try warnings(.flattened) { $0.adversarial = .fgm } == [])
  #expect(
    try warnings(.none) {
      $0.accumulation = 2
      $0.adversarial = .fgmSequence
    } == [])
}

@Test func aTrainingThatLearnsNothingIsWarnedOf() throws {
  // Almost all training texts have one label, the development texts have three.
  let skewed = LabelledTexts(
    texts: training.texts,
    labels: training.targets[0].numbers.enumerated().map { $0.offset < 3 ? Int32($0.offset) : 2 })
  var warnings: [TrainingWarning] = []
  _ = try Trainer(smallOptions { $0.epochs = 4 }, compute: Compute(threadCount: 1)).train(
    smallModel(), training: skewed, development: development
  ) { if case .warning(let warning) = $0 { warnings.append(warning) } }
  #expect(warnings.count == 1)
  guard case .oneClass(_, label: 2, let predicted, let share) = warnings.first else {
    Issue.record("\(warnings)")
    return
  }
  #expect(predicted >= 0.95 && share < 0.6)
}
