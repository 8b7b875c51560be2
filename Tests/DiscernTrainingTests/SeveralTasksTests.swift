import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining
import TestSupport
import Testing

private func model(_ heads: [HeadConfiguration] = threeHeads, dropout: Float = 0) throws
  -> NeuralClassifier
{
  var configuration = smallConfiguration(dropout: dropout)
  configuration.heads = heads
  return try NeuralClassifier(configuration: configuration, seed: 1)
}

private func train(
  _ training: LabelledTexts = threeTasks(200, seed: 1), threads: Int = 2, dropout: Float = 0,
  classWeights: [[Float]?]? = nil, _ change: (inout TrainingOptions) -> Void = { _ in }
) throws -> TrainingResult {
  try Trainer(smallOptions(change), compute: Compute(threadCount: threads)).train(
    model(dropout: dropout), training: training, development: threeTasks(80, seed: 2),
    classWeights: classWeights)
}

@Test func threeTasksAreLearntTogether() throws {
  let result = try train(threeTasks(500, seed: 1)) {
    $0.epochs = 40
    $0.learningRate = 0.03
    $0.patience = 40
    $0.labelSmoothing = 0
    $0.taskWeights = ["words": 4]
  }
  let best = result.best
  #expect(best.tasks?.map(\.task) == ["which", "two", "words"])
  for task in best.tasks ?? [] { #expect(task.accuracy > 0.9 && task.macroF1 > 0.9, "\(task)") }
  // The epoch's figures are the tasks' means by their weights.
  let tasks = try #require(best.tasks)
  let mean = (tasks[0].accuracy + tasks[1].accuracy + 4 * tasks[2].accuracy) / 6
  #expect(abs(best.accuracy - mean) < 1e-12)
}

@Test func severalTasksTrainTheSameBitsForAnyNumberOfThreads() throws {
  func bits(_ threads: Int) throws -> [UInt32] {
    try train(threads: threads, dropout: 0.3, classWeights: [[1, 2, 0.5], nil, [3, 1, 1, 2]]) {
      $0.focal = 1.5
      $0.adversarial = .fgm
    }.model.bits
  }
  let one = try bits(1)
  for threads in [2, 3, 8] { #expect(try bits(threads) == one, "\(threads) threads") }
}

/// Gradients of several heads are added in the encoder: a step of all is the sum of each one's.
@Test func aStepLearnsFromTheSumOfAllLosses() throws {
  let data = threeTasks(12, seed: 3)
  let batch = PackedBatch(data.texts, indices: Array(0..<12))
  let model = try model()
  let weighted = smallOptions { $0.taskWeights = ["which": 0.5, "words": 2] }
  /// The gradients when only the labels of some heads are known.
  func gradients(
    _ known: Set<Int>, _ options: TrainingOptions? = nil
  ) -> (loss: Double, values: [Float]) {
    let options = options ?? weighted
    let targets = data.targets.enumerated().map { index, labels in
      known.contains(index)
        ? labels : TaskLabels(numbers: labels.numbers.map { _ in -1 }, sets: labels.sets)
    }
    let gradients = Gradients(layout: model.weights.layout)
    gradients.reset()
    let tape = Tape(
      compute: Compute(threadCount: 1), workspace: Workspace(), weights: model.weights, gradients: gradients)
    return withExtendedLifetime(tape) {
      let logits = model(Pass(tape, batch))
      let some = LabelledTexts(texts: data.texts, targets: targets)
      let objective = Objective(threeHeads, options: options)
      let targets = some.batch(of: batch.indices)
      let losses = objective.loss(tape, logits, targets, mass: objective.mass(of: targets)).losses
      tape.runBackward()
      return (objective.mean(losses), Array(gradients.dense.elements))
    }
  }
  let all = gradients([0, 1, 2])
  let parts = (0..<3).map { gradients([$0]) }
  #expect(abs(all.loss - parts.reduce(0) { $0 + $1.loss }) < 1e-12)
  let largest = all.values.map(abs).max() ?? 0
  for index in all.values.indices {
    let sum = parts.reduce(Float(0)) { $0 + $1.values[index] }
    #expect(abs(all.values[index] - sum) <= 2e-6 * largest)
  }
  #expect(gradients([]).values.allSatisfy { $0 == 0 })
  // A head's weight is a factor of its loss and of its gradient.
  for (head, weight) in [(0, 0.5), (1, 1), (2, 2)] {
    let plain = gradients([head], smallOptions())
    #expect(parts[head].loss == weight * plain.loss)
    #expect(parts[head].values == plain.values.map { Float(weight) * $0 })
  }
  #expect(parts.allSatisfy { $0.values.contains { $0 != 0 } })
}

/// Texts without a label for a task train the other tasks only.
@Test func missingLabelsCountForTheOtherTasks() throws {
  let data = threeTasks(300, seed: 1)
  var which = data.targets[0]
  for text in 100..<300 { which.numbers[text] = -1 }
  let partly = LabelledTexts(texts: data.texts, targets: [which] + data.targets.dropFirst())
  let result = try train(partly) { $0.epochs = 6 }
  #expect(result.epochs.allSatisfy { $0.trainLoss.isFinite })
  #expect(result.model.bits != (try train(data) { $0.epochs = 6 }.model.bits))

  which.numbers = which.numbers.map { _ in -1 }
  let none = LabelledTexts(texts: data.texts, targets: [which] + data.targets.dropFirst())
  #expect(throws: TrainingError.noLabels(part: "training", task: "which")) { try train(none) }
  let predictions = try predictions(
    result.model, LabelledTexts(texts: data.texts, targets: [which, data.targets[1], data.targets[2]]),
    Compute(threadCount: 1))
  #expect(predictions[0] == nil && predictions[1] != nil && predictions[2] != nil)
}

@Test func theWatchedTaskOrTheMeanDecides() throws {
  func bestEpochs(_ change: (inout TrainingOptions) -> Void) throws -> (TrainingResult, [EpochSummary]) {
    let result = try train {
      $0.epochs = 6
      $0.learningRate = 0.05
      $0.patience = 6
      $0.plateauFactor = 1
      change(&$0)
    }
    return (result, result.epochs)
  }
  func expectBest(_ result: TrainingResult, _ score: (EpochSummary) throws -> Double) throws {
    let best = result.best
    #expect(try score(best) == result.epochs.map(score).max())
  }
  let watched = try bestEpochs {
    $0.watchedTask = "words"
    $0.taskMetrics = ["words": .microF1]
  }
  try expectBest(watched.0) { try #require($0.tasks)[2].microF1 }
  let mean = try bestEpochs {
    $0.monitor = .loss
    $0.taskWeights = ["two": 3]
  }
  try expectBest(mean.0) { epoch in
    let losses = try #require(epoch.tasks).map(\.loss)
    return -(losses[0] + losses[1] * 3 + losses[2]) / 5
  }
}

@Test func choicesForTasksThatDoNotExistAreNamed() {
  for change: (inout TrainingOptions) -> Void in [
    { $0.taskWeights = ["wich": 2] }, { $0.taskMetrics = ["wich": .loss] }, { $0.watchedTask = "wich" },
  ] {
    let error = #expect(throws: TrainingError.self) { try train(threeTasks(20, seed: 1), change) }
    #expect(error == .unknownTask(name: "wich", known: ["which", "two", "words"]))
    #expect(error?.description.contains("did you mean “which”?") == true)
  }
}

@Test func rowsThatWeighNothingTeachNothing() throws {
  let data = smallTask(64, seed: 1)
  var wrong = data.targets[0]
  for text in 32..<64 { wrong.numbers[text] = (wrong.numbers[text] + 1) % 3 }
  func bits(_ labels: TaskLabels, _ weights: [Float]?) throws -> [UInt32] {
    let options = smallOptions { $0.batchSize = .texts(64) }
    return try Trainer(options, compute: Compute(threadCount: 2)).train(
      smallModel(), training: LabelledTexts(texts: data.texts, targets: [labels], weights: weights),
      development: smallTask(20, seed: 2)
    ).model.bits
  }
  let half = (0..<64).map { Float($0 < 32 ? 1 : 0) }
  #expect(try bits(wrong, half) == bits(data.targets[0], half))
  #expect(try bits(data.targets[0], nil) != bits(data.targets[0], half))
  #expect(try bits(data.targets[0], nil) == bits(data.targets[0], Array(repeating: 1, count: 64)))
}

/// One text in twenty has the second class, and words are weak evidence: plain training never predicts it.
@Test func classWeightsBringOutARareClass() throws {
  func task(_ count: Int, seed: UInt64) -> LabelledTexts {
    var generator = SeededGenerator(seed: seed)
    var texts = EncodedTexts()
    var labels: [Int32] = []
    for _ in 0..<count {
      let isRare = Int.random(in: 0..<20, using: &generator) == 0
      labels.append(isRare ? 1 : 0)
      // The word 2 occurs in most rare texts and in a fifth of the others.
      let hasWord = Int.random(in: 0..<10, using: &generator) < (isRare ? 8 : 2)
      texts.append([hasWord ? 2 : 3, Int32.random(in: 5..<35, using: &generator)])
    }
    return LabelledTexts(texts: texts, labels: labels)
  }
  func recall(_ weights: [Float]?) throws -> Double {
    var configuration = smallConfiguration()
    configuration.heads = [HeadConfiguration(.classes(count: 2))]
    let training = task(600, seed: 1)
    let result = try Trainer(smallOptions { $0.epochs = 5 }, compute: Compute(threadCount: 2)).train(
      NeuralClassifier(configuration: configuration, seed: 1), training: training,
      development: task(300, seed: 2), classWeights: [weights])
    let predictions = try #require(
      try DiscernTrainingTests.predictions(result.model, task(400, seed: 3)).only)
    return predictions.confusionMatrix.classMetrics[1].recall
  }
  #expect(try recall(nil) < 0.2)
  #expect(try recall([0.526, 10]) > 0.6)
}
