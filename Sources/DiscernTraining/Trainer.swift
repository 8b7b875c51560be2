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

/// Trains a classifier: cross-entropy with label smoothing, Adam, clipping, reduction of the learning
/// rate on a plateau, early stopping with the best weights restored.
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
  ///   - onEvent: called on the calling thread.
  ///   - isInterrupted: asked after every step; training then ends with what is best so far.
  /// - Throws: `TrainingError.noTexts`, or `.diverged` when there is nothing to keep.
  public func train(
    _ initial: AttentionLSTMClassifier, training: LabelledTexts, development: LabelledTexts,
    onEvent: (TrainingEvent) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(TrainingError) -> TrainingResult {
    if training.texts.count == 0 { throw .noTexts(part: "training") }
    if development.texts.count == 0 { throw .noTexts(part: "development") }
    let lengths = training.lengths
    let buckets = LengthBuckets(
      batchSize: options.batchSize, window: options.bucketWindow, seed: options.seed)
    onEvent(
      .began(
        textCount: training.texts.count, tokenCount: training.texts.tokenIDs.count,
        parameterCount: initial.parameterCount, padding: PaddingCost(lengths: lengths, buckets: buckets)))

    let model = AttentionLSTMClassifier(copying: initial)
    let run = Run(step: TrainingStep(model, options: options, compute: compute))
    var selection = Selection(options)
    var best: AttentionLSTMClassifier?
    var summaries: [EpochSummary] = []
    var outcome = TrainingOutcome.completed

    for epoch in 1...options.epochs {
      let plan = buckets.batches(lengths: lengths, epoch: epoch)
      let epochResult = run.epoch(
        epoch, plan, training, learningRate: selection.learningRate, isInterrupted: isInterrupted,
        onEvent: onEvent)
      switch epochResult.end {
      case .diverged(let step):
        guard best != nil else { throw .diverged(epoch: epoch, step: step) }
        outcome = .diverged
      case .interrupted: outcome = .interrupted
      case .complete: break
      }
      if outcome != .completed { break }

      let started = ContinuousClock.now
      let predictions: ProbabilisticPredictions
      do { predictions = try Self.predict(model, development, compute) } catch {
        guard best != nil else { throw .diverged(epoch: epoch, step: plan.count) }
        outcome = .diverged
        break
      }
      let scores = predictions.confusionMatrix
      let verdict = selection.judge(
        accuracy: scores.accuracy, macroF1: scores.macroAverage.f1, loss: predictions.logLoss)
      let summary = EpochSummary(
        epoch: epoch, trainLoss: epochResult.meanLoss, developmentLoss: predictions.logLoss,
        accuracy: scores.accuracy, macroF1: scores.macroAverage.f1, learningRate: verdict.usedLearningRate,
        gradientNorm: epochResult.meanGradientNorm, trainSeconds: epochResult.seconds,
        developmentSeconds: started.elapsedSeconds, tokensPerSecond: epochResult.tokensPerSecond,
        isBest: verdict.isBest)
      summaries.append(summary)
      onEvent(.epoch(summary))
      if verdict.isBest {
        if let best {
          best.weights.update(from: model.weights)
        } else {
          best = AttentionLSTMClassifier(copying: model)
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
      model: best ?? model, outcome: outcome, epochs: summaries, best: summaries.last(where: \.isBest))
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

  enum End {
    case complete, interrupted
    case diverged(step: Int)
  }

  struct EpochResult {
    var end = End.complete
    var lossSum = 0.0
    var texts = 0
    var normSum = 0.0
    var steps = 0
    var tokens = 0
    var seconds = 0.0
    var meanLoss: Double { lossSum / Double(max(1, texts)) }
    var meanGradientNorm: Double { normSum / Double(max(1, steps)) }
    var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
  }

  func epoch(
    _ epoch: Int, _ plan: [[Int]], _ data: LabelledTexts, learningRate: Double, isInterrupted: () -> Bool,
    onEvent: (TrainingEvent) -> Void
  ) -> EpochResult {
    var result = EpochResult()
    let started = ContinuousClock.now
    let allTokens = data.texts.tokenIDs.count
    for batch in BatchPrefetcher(texts: data.texts, plan: plan) {
      let update = step.update(batch, data.labels, learningRate: Float(learningRate))
      result.seconds = started.elapsedSeconds
      guard update.isFinite else {
        result.end = .diverged(step: result.steps + 1)
        return result
      }
      result.lossSum += update.loss * Double(batch.textCount)
      result.texts += batch.textCount
      result.normSum += update.gradientNorm
      result.steps += 1
      result.tokens += batch.tokenCount
      onEvent(
        .step(
          TrainingProgress(
            epoch: epoch, step: result.steps, stepCount: plan.count, loss: result.meanLoss,
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
