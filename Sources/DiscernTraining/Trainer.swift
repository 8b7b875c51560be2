import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import Foundation

/// The trained model and how it came about.
public struct TrainingResult: Sendable {
  /// With the best epoch's weights.
  public let model: AttentionLSTMClassifier
  public let outcome: TrainingOutcome
  public let epochs: [EpochSummary]
  public let best: EpochSummary
}

/// Trains a classifier: cross-entropy with label smoothing, adversarial passes, gradient clipping, a
/// schedule of the learning rate, early stopping with the best weights restored.
///
/// Same data, seed and options give the same weights, bit for bit, for any number of threads.
public struct Trainer: Sendable {
  public let options: TrainingOptions
  public let compute: Compute

  /// - Throws: `TrainingError.invalidOption`.
  public init(_ options: TrainingOptions, compute: Compute) throws(TrainingError) {
    try options.validate()
    self.options = options
    self.compute = compute
  }

  /// - Parameters:
  ///   - unlabelled: more texts, for virtual adversarial training.
  ///   - classWeights: by head, what each of its labels weighs; nil, or nothing for a head: all the same.
  ///   - onEvent: called on the calling thread.
  ///   - isInterrupted: asked after every batch; training then ends with what is best so far.
  /// - Throws: `TrainingError`; `.diverged` and `.interrupted` when no epoch was judged yet.
  public func train(
    _ initial: AttentionLSTMClassifier, training labelled: LabelledTexts, development: LabelledTexts,
    unlabelled: EncodedTexts? = nil, classWeights: [[Float]?]? = nil,
    onEvent: (TrainingEvent) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(TrainingError) -> TrainingResult {
    let heads = initial.configuration.heads
    try options.validate(tasks: heads.map(\.name))
    try labelled.check(for: initial.configuration, part: "training")
    try development.check(for: initial.configuration, part: "development")
    if let unlabelled {
      try LabelledTexts.check(unlabelled, for: initial.configuration, part: "unlabelled")
    }
    try Self.check(classWeights, heads)
    let training = labelled.adding(unlabelled)
    let lengths = training.lengths
    let counts = training.wordCounts(vocabularySize: initial.configuration.vocabularySize)
    let buckets = LengthBuckets(
      batchSize: options.batchSize, window: options.bucketWindow, seed: options.seed)
    onEvent(
      .began(
        textCount: training.texts.count, tokenCount: training.texts.tokenIDs.count,
        parameterCount: initial.parameterCount, padding: PaddingCost(lengths: lengths, buckets: buckets)))
    for warning in TrainingWarning.ofAccumulation(options, initial.configuration) {
      onEvent(.warning(warning))
    }

    let model = AttentionLSTMClassifier(copying: initial)
    let objective = Objective(heads, options: options, classWeights: classWeights)
    let step = TrainingStep(model, options: options, objective: objective, compute: compute)
    var run = Run(step: step, options: options)
    var selection = Selection(options)
    var best: (model: AttentionLSTMClassifier, summary: EpochSummary)?
    var summaries: [EpochSummary] = []
    var outcome = TrainingOutcome.completed
    var watch = TrainingWatch()

    for epoch in 1...options.epochs {
      let plan = buckets.batches(lengths: lengths, epoch: epoch)
      if options.adversarial.standardizesVectors, epoch == 1 || model.configuration.trainsEmbedding {
        step.standardizeVectors(counts: counts)
      }
      let epochResult = run.epoch(
        epoch, plan, training, reduction: selection.learningRate / options.learningRate,
        isInterrupted: isInterrupted, onEvent: onEvent)
      switch epochResult.end {
      case .diverged(let step):
        guard best != nil else { throw .diverged(epoch: epoch, step: step) }
        outcome = .diverged
      case .interrupted:
        guard best != nil else { throw .interrupted }
        outcome = .interrupted
      case .complete: break
      }
      if outcome != .completed { break }

      let started = ContinuousClock.now
      let current = AttentionLSTMClassifier(model, weights: step.result())
      let predictions: [TaskPredictions]
      do throws(EvaluationError) {
        predictions = try Predictor(current, compute: compute)
          .predictions(development.texts, development.targets).compactMap { $0 }
      } catch {
        guard error.isOfProbabilities else { throw .evaluation(error) }
        guard best != nil else { throw .diverged(epoch: epoch, step: epochResult.steps) }
        outcome = .diverged
        break
      }
      let scores = CombinedScores(zip(heads, predictions).map { TaskScores(task: $0.name, $1) }, options)
      let verdict = selection.judge(score: scores.watched.score, loss: scores.watched.loss)
      let summary = EpochSummary(
        epoch: epoch, trainLoss: epochResult.meanLoss, developmentLoss: scores.mean(\.loss),
        accuracy: scores.mean(\.accuracy), macroF1: scores.mean(\.macroF1),
        tasks: heads.count > 1 ? scores.tasks : nil, learningRate: epochResult.learningRate,
        gradientNorm: epochResult.gradients.meanNorm, gradientNorms: epochResult.gradients.meanNorms,
        trainSeconds: epochResult.seconds,
        developmentSeconds: started.elapsedSeconds, tokensPerSecond: epochResult.tokensPerSecond,
        isBest: verdict.isBest)
      summaries.append(summary)
      onEvent(.epoch(summary))
      var warnings = watch.warnings(epochResult.gradients)
      for (head, predictions) in zip(heads, predictions) {
        guard case .singleLabel(let own) = predictions else { continue }
        let oneClass = watch.warning(
          task: head.name, predicted: own.predictedLabels, labels: own.labels, isLast: epoch == options.epochs
        )
        warnings += [oneClass].compactMap(\.self)
      }
      for warning in warnings { onEvent(.warning(warning)) }
      if verdict.isBest {
        if let kept = best?.model {
          kept.weights.update(from: current.weights)
          best = (kept, summary)
        } else {
          best = (AttentionLSTMClassifier(copying: current), summary)
        }
      }
      if verdict.stops {
        outcome = .stoppedEarly
        break
      }
      if selection.learningRate < verdict.usedLearningRate, epoch < options.epochs {
        onEvent(.reducedLearningRate(to: selection.learningRate))
      }
    }
    guard let best else { preconditionFailure("a first epoch that is judged is the best so far") }
    return TrainingResult(model: best.model, outcome: outcome, epochs: summaries, best: best.summary)
  }
}

extension Trainer {
  /// - Throws: `TrainingError.classWeights`.
  private static func check(
    _ weights: [[Float]?]?, _ heads: [HeadConfiguration]
  ) throws(TrainingError) {
    guard let weights else { return }
    guard weights.count == heads.count else {
      throw .classWeights(task: "", count: weights.count, expected: heads.count)
    }
    for (head, weights) in zip(heads, weights) {
      guard let weights else { continue }
      guard weights.count == head.outputCount, weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
        throw .classWeights(task: head.name, count: weights.count, expected: head.outputCount)
      }
    }
  }
}

/// Runs the steps of an epoch.
private struct Run {
  let step: TrainingStep
  let options: TrainingOptions
  /// Updates over all epochs.
  private var updateCount = 0

  init(step: TrainingStep, options: TrainingOptions) {
    self.step = step
    self.options = options
  }

  enum End {
    case complete, interrupted
    case diverged(step: Int)
  }

  struct EpochResult {
    var end = End.complete
    /// By head.
    var losses: [LossSum] = []
    /// Nats.
    var meanLoss = 0.0
    var gradients = GradientMeter()
    var steps = 0
    var tokens = 0
    var seconds = 0.0
    /// Of the last step.
    var learningRate = 0.0
    var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
  }

  /// - Parameter reduction: the plateau's factor so far.
  mutating func epoch(
    _ epoch: Int, _ plan: [[Int]], _ data: LabelledTexts, reduction: Double, isInterrupted: () -> Bool,
    onEvent: (TrainingEvent) -> Void
  ) -> EpochResult {
    var result = EpochResult()
    step.begin(epoch: epoch)
    let started = ContinuousClock.now
    let allTokens = data.texts.tokenIDs.count
    let stepCount = (plan.count + options.accumulation - 1) / options.accumulation
    var mass = step.mass(of: [], data)
    for (index, batch) in BatchPrefetcher(texts: data.texts, plan: plan).enumerated() {
      let group = index / options.accumulation * options.accumulation
      let members = plan[group..<min(plan.count, group + options.accumulation)]
      if index == group { mass = step.mass(of: members, data) }
      step.add(batch, data, mass: mass)
      result.tokens += batch.tokenCount
      if isInterrupted() {
        result.end = .interrupted
        return result
      }
      guard index + 1 == members.endIndex else { continue }
      updateCount += 1
      result.learningRate =
        reduction * options.scheduledLearningRate(step: updateCount, stepsPerEpoch: stepCount)
      let update = step.apply(learningRate: Float(result.learningRate))
      result.seconds = started.elapsedSeconds
      guard update.isFinite else {
        result.end = .diverged(step: result.steps + 1)
        return result
      }
      if result.losses.isEmpty { result.losses = update.losses.map { _ in LossSum() } }
      for (head, loss) in update.losses.enumerated() { result.losses[head] += loss }
      result.meanLoss = step.mean(result.losses)
      result.gradients.add(update.gradients)
      result.steps += 1
      onEvent(
        .step(
          TrainingProgress(
            epoch: epoch, step: result.steps, stepCount: stepCount, loss: result.meanLoss,
            tokensPerSecond: result.tokensPerSecond,
            secondsLeft: Double(allTokens - result.tokens) / max(1, result.tokensPerSecond))))
    }
    return result
  }
}

extension ContinuousClock.Instant {
  fileprivate var elapsedSeconds: Double { duration(to: .now) / .seconds(1) }
}
