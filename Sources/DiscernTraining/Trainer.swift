import DiscernBatching
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
  /// `nil` if it was interrupted before the first epoch ended.
  public let best: EpochSummary?
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
  ///   - onEvent: called on the calling thread.
  ///   - isInterrupted: asked after every step; training then ends with what is best so far.
  /// - Throws: `TrainingError.noTexts`, or `.diverged` when there is nothing to keep.
  public func train(
    _ initial: AttentionLSTMClassifier, training labelled: LabelledTexts, development: LabelledTexts,
    unlabelled: EncodedTexts? = nil,
    onEvent: (TrainingEvent) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(TrainingError) -> TrainingResult {
    if labelled.texts.count == 0 { throw .noTexts(part: "training") }
    if development.texts.count == 0 { throw .noTexts(part: "development") }
    let training = labelled.adding(unlabelled)
    let lengths = training.lengths
    let counts = training.wordCounts(vocabularySize: initial.configuration.vocabularySize)
    let buckets = LengthBuckets(
      batchSize: options.batchSize, window: options.bucketWindow, seed: options.seed)
    onEvent(
      .began(
        textCount: training.texts.count, tokenCount: training.texts.tokenIDs.count,
        parameterCount: initial.parameterCount, padding: PaddingCost(lengths: lengths, buckets: buckets)))

    let model = AttentionLSTMClassifier(copying: initial)
    let step = TrainingStep(model, options: options, compute: compute)
    var run = Run(step: step, options: options)
    var selection = Selection(options)
    var best: AttentionLSTMClassifier?
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
      case .interrupted: outcome = .interrupted
      case .complete: break
      }
      if outcome != .completed { break }

      let started = ContinuousClock.now
      let current = AttentionLSTMClassifier(model, weights: step.result())
      let predictions: ProbabilisticPredictions
      do { predictions = try Self.predict(current, development, compute) } catch {
        guard best != nil else { throw .diverged(epoch: epoch, step: epochResult.steps) }
        outcome = .diverged
        break
      }
      let scores = predictions.confusionMatrix
      let verdict = selection.judge(
        accuracy: scores.accuracy, macroF1: scores.macroAverage.f1, loss: predictions.logLoss)
      let summary = EpochSummary(
        epoch: epoch, trainLoss: epochResult.meanLoss, developmentLoss: predictions.logLoss,
        accuracy: scores.accuracy, macroF1: scores.macroAverage.f1, learningRate: epochResult.learningRate,
        gradientNorm: epochResult.gradients.meanNorm, gradientNorms: epochResult.gradients.meanNorms,
        trainSeconds: epochResult.seconds,
        developmentSeconds: started.elapsedSeconds, tokensPerSecond: epochResult.tokensPerSecond,
        isBest: verdict.isBest)
      summaries.append(summary)
      onEvent(.epoch(summary))
      let oneClass = watch.warning(
        predicted: predictions.predictedLabels, labels: predictions.labels, isLast: epoch == options.epochs)
      for warning in watch.warnings(epochResult.gradients) + [oneClass].compactMap(\.self) {
        onEvent(.warning(warning))
      }
      if verdict.isBest {
        if let best {
          best.weights.update(from: current.weights)
        } else {
          best = AttentionLSTMClassifier(copying: current)
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
    return TrainingResult(
      model: best ?? AttentionLSTMClassifier(model, weights: step.result()), outcome: outcome,
      epochs: summaries, best: summaries.last(where: \.isBest))
  }

  /// Class probabilities of every text, in the texts' order.
  ///
  /// - Throws: `EvaluationError` for labels that the model does not have, and when weights that ran
  ///   away make probabilities that are not numbers.
  public static func predict(
    _ model: AttentionLSTMClassifier, _ data: LabelledTexts, _ compute: Compute
  ) throws(EvaluationError) -> ProbabilisticPredictions {
    let classes = model.configuration.classCount
    let values = Predictor(model, compute: compute).probabilities(data.texts)
    return try ProbabilisticPredictions(probabilities: values, classCount: classes, labels: data.labels)
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
    var lossSum = 0.0
    var texts = 0
    var gradients = GradientMeter()
    var steps = 0
    var tokens = 0
    var seconds = 0.0
    /// Of the last step.
    var learningRate = 0.0
    var meanLoss: Double { lossSum / Double(max(1, texts)) }
    var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
  }

  /// - Parameter reduction: the plateau's factor so far.
  mutating func epoch(
    _ epoch: Int, _ plan: [[Int]], _ data: LabelledTexts, reduction: Double, isInterrupted: () -> Bool,
    onEvent: (TrainingEvent) -> Void
  ) -> EpochResult {
    var result = EpochResult()
    let started = ContinuousClock.now
    let allTokens = data.texts.tokenIDs.count
    let stepCount = (plan.count + options.accumulation - 1) / options.accumulation
    for (index, batch) in BatchPrefetcher(texts: data.texts, plan: plan).enumerated() {
      let group = index / options.accumulation * options.accumulation
      let members = plan[group..<min(plan.count, group + options.accumulation)]
      let textCount = members.reduce(0) { $0 + $1.count }
      step.add(batch, data.labels, share: Float(batch.textCount) / Float(textCount))
      result.tokens += batch.tokenCount
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
      let labelled = members.joined().count { data.labels[$0] >= 0 }
      result.lossSum += update.loss * Double(labelled)
      result.texts += labelled
      result.gradients.add(update.gradients)
      result.steps += 1
      onEvent(
        .step(
          TrainingProgress(
            epoch: epoch, step: result.steps, stepCount: stepCount, loss: result.meanLoss,
            tokensPerSecond: result.tokensPerSecond,
            secondsLeft: Double(allTokens - result.tokens) / max(1, result.tokensPerSecond))))
      if isInterrupted() {
        result.end = .interrupted
        return result
      }
    }
    return result
  }
}

extension ContinuousClock.Instant {
  fileprivate var elapsedSeconds: Double { duration(to: .now) / .seconds(1) }
}
