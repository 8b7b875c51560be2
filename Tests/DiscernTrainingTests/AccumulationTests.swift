import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

private let task = threeTasks(24, seed: 5)
private let pieces = [Array(0..<10), Array(10..<12), Array(12..<24)]

/// The tasks and labels of 24 texts.
private struct Case: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var heads = [threeHeads[0]]
  var targets = [task.targets[0]]
  var rowWeights: [Float]?
  var classWeights: [[Float]?]?
  var options = smallOptions {
    $0.optimizer = .sgd
    $0.labelSmoothing = 0
    $0.clipNorm = 0
  }

  init(_ name: String, _ change: (inout Case) -> Void = { _ in }) {
    testDescription = name
    change(&self)
  }

  var data: LabelledTexts { LabelledTexts(texts: task.texts, targets: targets, weights: rowWeights) }

  func model() throws -> NeuralClassifier {
    var configuration = smallConfiguration()
    configuration.heads = heads
    return try NeuralClassifier(configuration: configuration, seed: 1)
  }

  /// One step of some batches.
  func step(_ batches: [[Int]]) throws -> (model: NeuralClassifier, loss: Double) {
    let model = try model()
    let step = TrainingStep(
      ClassifierTraining(model, options: options, classWeights: classWeights), options: options,
      compute: Compute(threadCount: 2))
    let update = step.update(batches.map(data.batch), learningRate: 0.5)
    #expect(update.isFinite)
    return (model, update.loss)
  }
}

private func withoutLabels(_ labels: TaskLabels, _ texts: Range<Int>) -> TaskLabels {
  var result = labels
  for text in texts { result.numbers[text] = TaskLabels.none }
  return result
}

private let cases = [
  Case("plain labels"),
  Case("class weights") { $0.classWeights = [[0.2, 1, 5]] },
  Case("a class that weighs nothing") {
    $0.classWeights = [[0, 1, 5]]
    $0.options.labelSmoothing = 0.2
  },
  Case("the first eight have no label") { $0.targets = [withoutLabels($0.targets[0], 0..<8)] },
  Case("a batch has no label") { $0.targets = [withoutLabels($0.targets[0], 0..<12)] },
  Case("row weights") { $0.rowWeights = (0..<24).map { 0.1 * Float($0) } },
  Case("multi-label") {
    $0.heads = [threeHeads[2]]
    $0.targets = [withoutLabels(task.targets[2], 0..<8)]
    $0.classWeights = [[3, 1, 0.5, 2]]
    $0.rowWeights = (0..<24).map { 0.1 * Float($0) }
  },
  Case("several tasks with weights") {
    $0.heads = threeHeads
    $0.targets = [
      withoutLabels(task.targets[0], 0..<8), withoutLabels(task.targets[1], 10..<20), task.targets[2],
    ]
    $0.options.taskWeights = ["which": 0.5, "words": 3]
  },
  Case("focal") {
    $0.options.focal = 2
    $0.classWeights = [[0.2, 1, 5]]
  },
  Case("smoothing") {
    $0.options.labelSmoothing = 0.1
    $0.classWeights = [[0.2, 1, 5]]
  },
  Case("adversarial, a move for each text") {
    $0.options.adversarial = .fgmSequence
    $0.options.epsilon = 0.5
    $0.options.adversarialWeight = 0.7
    $0.targets = [withoutLabels($0.targets[0], 0..<8)]
    $0.classWeights = [[0.2, 1, 5]]
  },
]

/// Without dropout, several small batches give the gradient of all their texts in one, whatever the weights
/// of the texts of each.
@Test(arguments: cases) private func accumulatedBatchesAreOneLargeBatch(_ example: Case) throws {
  let whole = try example.step([Array(0..<24)])
  let parts = try example.step(pieces)
  #expect(abs(whole.loss - parts.loss) < 1e-12 * abs(whole.loss))
  let start = try example.model()
  var moved: Float = 0
  for (name, _) in start.shapes {
    let (before, a, b) = (
      try start.values(name).array, try whole.model.values(name).array, try parts.model.values(name).array
    )
    for index in before.indices {
      moved = max(moved, abs(a[index] - before[index]))
      if abs(a[index] - b[index]) > 1e-7 + 1e-6 * abs(a[index]) {
        Issue.record("\(name): \(a[index]) in one batch, \(b[index]) accumulated")
        return
      }
    }
  }
  #expect(moved > 1e-3)
}

/// The training loss of an epoch is the sum of all texts' losses divided by their total weight, however they
/// are divided into batches and steps.
@Test(arguments: cases) private func anEpochsLossIsThatOfAllItsTexts(_ example: Case) throws {
  func loss(batchSize: Int, accumulation: Int, learningRate: Double) throws -> Double {
    var options = example.options
    options.epochs = 1
    options.batchSize = .texts(batchSize)
    options.accumulation = accumulation
    options.learningRate = learningRate
    return try Trainer(options, compute: Compute(threadCount: 1)).train(
      example.model(), training: example.data, development: task.selecting(example.heads),
      classWeights: example.classWeights
    ).epochs[0].trainLoss
  }
  let whole = try loss(batchSize: 24, accumulation: 1, learningRate: 0.1)
  #expect(abs(try loss(batchSize: 7, accumulation: 4, learningRate: 0.1) - whole) < 1e-12)
  // Weights that hardly move give every batch the same loss.
  #expect(abs(try loss(batchSize: 7, accumulation: 1, learningRate: 1e-12) - whole) < 1e-7)
}

extension LabelledTexts {
  /// The same texts with the labels of some of the three heads.
  fileprivate func selecting(_ heads: [HeadConfiguration]) -> LabelledTexts {
    LabelledTexts(
      texts: texts,
      targets: heads.compactMap { head in threeHeads.firstIndex(of: head).map { targets[$0] } })
  }
}

@Test func anEpochHasAsManyUpdatesAsGroupsOfBatches() throws {
  var steps: [Int] = []
  let options = smallOptions {
    $0.epochs = 1
    $0.batchSize = .texts(5)
    $0.accumulation = 2
  }
  _ = try Trainer(options, compute: Compute(threadCount: 1)).train(
    smallModel(), training: smallTask(24, seed: 5), development: smallTask(10, seed: 2)
  ) { event in
    if case .step(let progress) = event {
      steps.append(progress.step)
      #expect(progress.stepCount == 3)
      #expect(progress.step < 3 || progress.secondsLeft == 0)
    }
  }
  #expect(steps == [1, 2, 3])  // batches of 5, 5, 5, 5 and 4 texts
}
