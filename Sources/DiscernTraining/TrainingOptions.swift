import DiscernEvaluation
import DiscernModels
import DiscernTensor

/// The metric on the development set that early stopping and the learning rate monitor.
public enum SelectionMetric: String, Codable, Hashable, Sendable, CaseIterable {
  /// Accuracy for single-label tasks, micro F1 for multi-label tasks.
  case automatic = "auto"
  /// The share of texts with all labels right.
  case accuracy
  /// The mean of all labels' F1.
  case macroF1 = "macro-f1"
  /// F1 from the counts of all labels together.
  case microF1 = "micro-f1"
  /// Mean cross-entropy, nats: the lower, the better.
  case loss

  /// The average of F1 that a multi-label task's thresholds maximise.
  package var average: MultiLabelAverage { self == .macroF1 ? .macro : .micro }
}

/// Whether, and how, each step also learns from word vectors perturbed in the direction in which the loss
/// rises fastest.
public enum AdversarialMethod: String, Codable, Hashable, Sendable, CaseIterable {
  /// No perturbations.
  case none
  /// The fast gradient method on the embedding table: one perturbation of norm ε for the whole batch.
  case fgm
  /// The same for each text separately, on vectors standardised by word frequency (Miyato et al. 2017).
  case fgmSequence = "fgm-sequence"
  /// Virtual adversarial training: perturbations in the direction that changes the prediction most, which
  /// need no labels.
  case vat

  /// The matrix products of a step, in units of a forward pass: a backward pass counts two, or one if weights
  /// get no gradient.
  package var productCount: Int {
    switch self {
    case .none: 3
    case .fgm, .fgmSequence: 6
    case .vat: 8
    }
  }

  /// Whether vectors are standardised, so that ε means the same for any table.
  package var standardizesVectors: Bool { self == .fgmSequence || self == .vat }
}

/// How a classifier is trained.
public struct TrainingOptions: Hashable, Sendable {
  /// The maximum number of passes over the training texts.
  public var epochs = 10
  /// The number of texts or tokens in a batch.
  public var batchSize = BatchSize.texts(64)
  /// The number of batches whose texts are shuffled and sorted by length together.
  public var bucketWindow = 50
  /// The number of batches whose gradients are added up for one update.
  public var accumulation = 1
  /// The optimizer.
  public var optimizer = OptimizerKind.adam
  /// Decoupled weight decay of matrices, with AdamW and SGD.
  public var weightDecay = 0.0
  /// The momentum of SGD.
  public var momentum = 0.9
  /// The highest learning rate, from which the schedule descends.
  public var learningRate = 0.001
  /// The final dropout rate on word vectors, between layers and on the pooled vector; the rates change
  /// linearly from the first epoch to the last. `nil`: constant rates.
  public var dropoutTo: Float?
  /// ε of label smoothing.
  public var labelSmoothing: Float = 0.1
  /// The maximum norm of the gradients of all learning weights together; 0: no clipping.
  public var clipNorm = 1.0
  /// The number of epochs without improvement after which training stops.
  public var patience = 3
  /// The metric on the development texts that must improve from epoch to epoch.
  public var monitor = SelectionMetric.automatic
  /// γ of the focal loss, which down-weights texts that are already right; 0: plain cross-entropy.
  public var focal = 0.0
  /// For several tasks, by name: the factor of each task's loss, and its weight in means; 1 if missing.
  public var taskWeights: [String: Double] = [:]
  /// The monitored metric of a task, by name, if different from `monitor`.
  public var taskMetrics: [String: SelectionMetric] = [:]
  /// The task that is monitored; nil: the weighted mean of all tasks.
  public var watchedTask: String?
  /// The factor of the learning rate from a layer to the one below it, down to the word vectors.
  public var layerRateDecay = 1.0
  /// The number of epochs after which the next lower layer begins to learn, from the heads down to the word
  /// vectors; 0: all learn from the first epoch on. Until all do, no epoch counts against `patience` and
  /// `plateauPatience`.
  public var unfreezeEpochs = 0
  /// How the learning rate changes.
  public var schedule = LearningRateSchedule.plateau
  /// The number of updates in which the learning rate rises from zero.
  public var warmupSteps = 0
  /// The number of epochs between two reductions of the schedule `step`.
  public var scheduleEpochs = 3
  /// The learning rate's factor at each reduction: after `plateauPatience` + 1 epochs without improvement,
  /// or every `scheduleEpochs` epochs.
  public var plateauFactor = 0.5
  /// The number of epochs without improvement that the schedule `plateau` tolerates.
  public var plateauPatience = 0
  /// The minimum learning rate of every schedule.
  public var minimumLearningRate = 1e-6
  /// Whether, and how, each step also learns from perturbed word vectors.
  public var adversarial = AdversarialMethod.none
  /// ε: the perturbation's norm.
  public var epsilon = 1.0
  /// The weight of the adversarial loss; that of the clean loss is 1.
  public var adversarialWeight = 1.0
  /// The weight of the loss of a network's early exit; that of the whole network's loss is 1.
  public var earlyExitWeight = 0.3
  /// The penalty for each step that layers with skip gates take, added to the loss: summed over a text's
  /// steps and averaged over texts.
  public var skipCost = 0.0
  /// The decay of the moving average of the weights, which is measured and kept in their place; 0: no
  /// average.
  public var averageDecay = 0.0
  /// The share of each matrix's weights, those of the smallest magnitude, that are set to zero for the last
  /// epochs; 0: no pruning. See `fineTuningEpochs`.
  public var pruning = 0.0
  /// How recurrent layers store the values that their backward pass needs for each token.
  public var activations = ActivationStorage.float32
  /// The seed of initialisation, shuffling and dropout.
  public var seed: UInt64 = 1
  /// The weight of a teacher's predictions in the loss, if there is a teacher; the labels have 1 minus this
  /// weight.
  public var teacherWeight = 0.5
  /// The temperature that divides the logits of teacher and student when they are compared.
  public var teacherTemperature = 2.0
  /// Whether each epoch's event is preceded by `TrainingEvent.states`. Does not affect the weights.
  public var watchesStates = false

  /// The defaults.
  public init() {}

  /// Checks all values.
  ///
  /// - Throws: `TrainingError.invalidOption` with the first invalid value, named as in recipes and flags.
  public func validate() throws(TrainingError) {
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ expected: String) throws(TrainingError) {
      if !holds { throw .invalidOption(name: name, value: "\(value)", expected: expected) }
    }
    func require(_ value: Int, _ range: ClosedRange<Int>, _ name: String) throws(TrainingError) {
      try require(range.contains(value), name, value, "\(range.lowerBound) to \(range.upperBound)")
    }
    // Far above any use, and so low that sums and products of several of them do not overflow.
    let million = 1_000_000
    let billion = 1_000_000_000
    try require(epochs, 1...million, "epochs")
    switch batchSize {
    case .texts(let size): try require(size, 1...billion, "batch-size")
    case .tokens(let size): try require(size, 1...billion, "batch-tokens")
    }
    try require(bucketWindow, 1...million, "bucket-window")
    try require(learningRate > 0 && learningRate < 10, "learning-rate", learningRate, "above 0, below 10")
    try require((0..<1).contains(labelSmoothing), "label-smoothing", labelSmoothing, "0 to below 1")
    try require(
      teacherWeight > 0 && teacherWeight <= 1, "teacher-weight", teacherWeight, "above 0, at most 1")
    try require(
      teacherTemperature >= 0.1 && teacherTemperature <= 100, "teacher-temperature", teacherTemperature,
      "0.1 to 100")
    try require(focal >= 0 && focal <= 10, "focal", focal, "0 (off) to 10")
    for (task, weight) in taskWeights.sorted(by: { $0.key < $1.key }) {
      try require(
        weight >= 1e-6 && weight <= 1e6, "task-weight", "\(task)=\(weight)",
        "a number from 0.000001 to 1000000")
    }
    if let dropoutTo {
      try require((0..<1).contains(dropoutTo), "dropout-to", dropoutTo, "0 to below 1")
      try require(
        epochs > 1, "epochs", epochs, "at least 2 for dropout to change its rate")
    }
    try require(clipNorm >= 0 && clipNorm.isFinite, "clip-norm", clipNorm, "0 (off) or above")
    try require(epsilon > 0 && epsilon <= 1e6, "epsilon", epsilon, "above 0, at most 1000000")
    try require(
      adversarialWeight > 0 && adversarialWeight <= 1e6, "adversarial-weight", adversarialWeight,
      "above 0, at most 1000000")
    try require(
      earlyExitWeight > 0 && earlyExitWeight <= 1e6, "early-exit-weight", earlyExitWeight,
      "above 0, at most 1000000")
    try require((0...1e6).contains(skipCost), "skip-cost", skipCost, "0 to 1000000")
    try require((0..<1).contains(pruning), "prune", pruning, "0 (off) to below 1")
    try require(
      pruning == 0 || epochs > 1, "epochs", epochs, "at least 2 for training to continue after pruning")
    try require((0..<1).contains(averageDecay), "ema", averageDecay, "0 (off) to below 1")
    try require(accumulation, 1...million, "accumulate")
    try require(weightDecay >= 0 && weightDecay < 1, "weight-decay", weightDecay, "0 to below 1")
    try require(
      weightDecay == 0 || optimizer != .adam, "weight-decay", weightDecay,
      "0 with the optimizer adam; adamw and sgd have it")
    try require((0..<1).contains(momentum), "momentum", momentum, "0 to below 1")
    try require(warmupSteps, 0...billion, "warmup")
    try require(scheduleEpochs, 1...million, "schedule-epochs")
    try require(
      layerRateDecay > 0 && layerRateDecay <= 1, "layer-rate-decay", layerRateDecay, "above 0, at most 1")
    try require(unfreezeEpochs, 0...million, "unfreeze-epochs")
    try require(patience, 1...million, "patience")
    try require(
      plateauFactor > 0 && plateauFactor <= 1, "reduction", plateauFactor, "above 0, at most 1")
    try require(plateauPatience, 0...million, "plateau-patience")
    try require(
      minimumLearningRate >= 0 && minimumLearningRate < 10, "minimum-learning-rate", minimumLearningRate,
      "0 to below 10")
  }

  /// Checks the names of tasks.
  ///
  /// - Throws: `TrainingError.unknownTask` for the first setting for a task that is not one of `tasks`.
  public func validate(tasks: [String]) throws(TrainingError) {
    let named = taskWeights.keys.sorted() + taskMetrics.keys.sorted() + [watchedTask].compactMap { $0 }
    if let name = named.first(where: { !tasks.contains($0) }) {
      throw .unknownTask(name: name, known: tasks)
    }
  }

  /// The minimum number of epochs after pruning, a third of all; there are more if training would have
  /// stopped early.
  package var fineTuningEpochs: Int { max(1, epochs / 3) }

  /// The monitored metric of a task.
  package func metric(ofTask name: String) -> SelectionMetric { taskMetrics[name] ?? monitor }

  /// The factor of a task's loss.
  func weight(ofTask name: String) -> Double { taskWeights[name] ?? 1 }
}
