import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor

/// One training from its beginning, or from a saved state, to its end.
final class TrainingLoop {
  private let options: TrainingOptions
  private let compute: Compute
  private let model: AttentionLSTMClassifier
  private let step: TrainingStep
  private let training: LabelledTexts
  private let development: LabelledTexts
  private let lengths: [Int]
  private let buckets: LengthBuckets
  private let store: TrainingStore?
  private let onEvent: (TrainingEvent) -> Void
  private let isInterrupted: () -> Bool

  private var record: TrainingState.Record
  private var selection: Selection
  /// The best epoch's.
  private var best: AttentionLSTMClassifier?

  init(
    _ initial: AttentionLSTMClassifier, training: LabelledTexts, development: LabelledTexts,
    classWeights: [[Float]?]?, options: TrainingOptions, compute: Compute, store: TrainingStore?,
    onEvent: @escaping (TrainingEvent) -> Void, isInterrupted: @escaping () -> Bool
  ) {
    self.options = options
    self.compute = compute
    self.training = training
    self.development = development
    self.store = store
    self.onEvent = onEvent
    self.isInterrupted = isInterrupted
    model = AttentionLSTMClassifier(copying: initial)
    let objective = Objective(model.configuration.heads, options: options, classWeights: classWeights)
    step = TrainingStep(model, options: options, objective: objective, compute: compute)
    lengths = training.lengths
    buckets = LengthBuckets(batchSize: options.batchSize, window: options.bucketWindow, seed: options.seed)
    selection = Selection(options)
    record = TrainingState.Record(selection: selection.state)
  }

  func run() throws(TrainingError) -> TrainingResult {
    try begin()
    let wasEnded = record.outcome != nil
    while record.outcome == nil {
      switch runSteps() {
      case .complete: break
      case .interrupted: return try interrupted()
      case .diverged: return try result(.diverged)
      }
      guard try judge() else { return try result(.diverged) }
      if record.outcome == nil {
        if isInterrupted() { return try interrupted() }
        store?.offer(.epoch, state)
      }
    }
    if !wasEnded { store?.offer(.ended, state) }
    return try result(record.outcome ?? .completed)
  }

  private func interrupted() throws(TrainingError) -> TrainingResult {
    store?.offer(.interrupted, state)
    return try result(.interrupted)
  }

  private func result(_ outcome: TrainingOutcome) throws(TrainingError) -> TrainingResult {
    guard let best, let summary = record.epochs.last(where: \.isBest) else {
      throw outcome == .diverged
        ? .diverged(epoch: record.running.epoch, step: record.running.steps + 1) : .interrupted
    }
    return TrainingResult(model: best, outcome: outcome, epochs: record.epochs, best: summary)
  }

  // MARK: State

  private func begin() throws(TrainingError) {
    let warnings = TrainingWarning.ofAccumulation(options, model.configuration)
    guard let store, let saved = store.saved else {
      onEvent(
        .began(
          textCount: training.texts.count, tokenCount: training.texts.tokenIDs.count,
          parameterCount: model.parameterCount, padding: PaddingCost(lengths: lengths, buckets: buckets)))
      for warning in warnings { onEvent(.warning(warning)) }
      return
    }
    for warning in warnings { onEvent(.warning(warning)) }
    if saved.epochs.contains(where: \.isBest) { best = AttentionLSTMClassifier(copying: model) }
    try store.fill(stateBuffers)
    record = saved
    selection = Selection(options, state: saved.selection)
    step.restore(saved)
    best?.weights.didChange()
    onEvent(.resumed(epoch: saved.running.epoch, step: saved.running.steps, hasEnded: saved.outcome != nil))
  }

  private var stateBuffers: [StateBuffer] {
    step.stateBuffers + (best.map { $0.weights.stateBuffers("best") } ?? [])
  }

  private func state() -> TrainingState {
    record.selection = selection.state
    step.write(to: &record)
    return TrainingState(record: record, buffers: stateBuffers)
  }

  // MARK: Steps

  private enum End { case complete, interrupted, diverged }

  /// The steps of the epoch at hand that are left.
  private func runSteps() -> End {
    let epoch = record.running.epoch
    let plan = buckets.batches(lengths: lengths, epoch: epoch)
    let stepCount = (plan.count + options.accumulation - 1) / options.accumulation
    if record.running.nextBatch == 0, options.adversarial.standardizesVectors,
      epoch == 1 || model.configuration.encoder.trainsEmbedding
    {
      step.standardizeVectors(
        counts: training.wordCounts(vocabularySize: model.configuration.vocabularySize))
    }
    step.begin(epoch: epoch)
    let secondsBefore = record.running.seconds
    let started = ContinuousClock.now
    let batches = BatchPrefetcher(texts: training.texts, plan: Array(plan[record.running.nextBatch...]))
      .makeIterator()
    while record.running.nextBatch < plan.count {
      let end = min(plan.count, record.running.nextBatch + options.accumulation)
      let members = plan[record.running.nextBatch..<end]
      let mass = step.mass(of: members, training)
      for _ in members {
        guard let batch = batches.next() else { preconditionFailure("a batch for each of the plan") }
        step.add(batch, training, mass: mass)
        record.running.tokens += batch.tokenCount
      }
      let rate =
        selection.learningRate / options.learningRate
        * options.scheduledLearningRate(step: record.updateCount + 1, stepsPerEpoch: stepCount)
      let update = step.apply(learningRate: Float(rate))
      guard update.isFinite else { return .diverged }
      record.updateCount += 1
      record.running.nextBatch = end
      record.running.steps += 1
      record.running.learningRate = rate
      record.running.add(update.losses)
      record.running.gradients.add(update.gradients)
      record.running.seconds = secondsBefore + started.elapsedSeconds
      tellProgress(stepCount: stepCount)
      // An epoch that is complete is judged first.
      if end < plan.count, isInterrupted() { return .interrupted }
      store?.offer(.step(record.updateCount), state)
    }
    return .complete
  }

  private func tellProgress(stepCount: Int) {
    let running = record.running
    let tokensLeft = training.texts.tokenIDs.count - running.tokens
    onEvent(
      .step(
        TrainingProgress(
          epoch: running.epoch, step: running.steps, stepCount: stepCount, loss: step.mean(running.losses),
          tokensPerSecond: running.tokensPerSecond,
          secondsLeft: Double(tokensLeft) / max(1, running.tokensPerSecond))))
  }

  // MARK: Judgement

  /// Measures the epoch at hand and ends it; false where probabilities are no numbers.
  private func judge() throws(TrainingError) -> Bool {
    let started = ContinuousClock.now
    let running = record.running
    let heads = model.configuration.heads
    let current = AttentionLSTMClassifier(model, weights: step.result())
    let predictions: [TaskPredictions]
    do throws(EvaluationError) {
      predictions = try Predictor(current, compute: compute)
        .predictions(development.texts, development.targets).compactMap { $0 }
    } catch {
      guard error.isOfProbabilities else { throw .evaluation(error) }
      return false
    }
    let scores = CombinedScores(zip(heads, predictions).map { TaskScores(task: $0.name, $1) }, options)
    let judgement = selection.judge(score: scores.watched.score, loss: scores.watched.loss)
    let summary = EpochSummary(
      epoch: running.epoch, trainLoss: step.mean(running.losses), developmentLoss: scores.mean(\.loss),
      accuracy: scores.mean(\.accuracy), macroF1: scores.mean(\.macroF1),
      tasks: heads.count > 1 ? scores.tasks : nil, learningRate: running.learningRate,
      gradientNorm: running.gradients.meanNorm, gradientNorms: running.gradients.meanNorms,
      trainSeconds: running.seconds, developmentSeconds: started.elapsedSeconds,
      tokensPerSecond: running.tokensPerSecond, isBest: judgement.isBest)
    record.epochs.append(summary)
    onEvent(.epoch(summary))
    warn(running, zip(heads.map(\.name), predictions).map { ($0, $1) })
    if judgement.isBest { keep(current) }
    let isLast = running.epoch == options.epochs
    if judgement.stops {
      record.outcome = .stoppedEarly
    } else if isLast {
      record.outcome = .completed
    } else if selection.learningRate < judgement.usedLearningRate {
      onEvent(.reducedLearningRate(to: selection.learningRate))
    }
    record.running = RunningEpoch(epoch: running.epoch + 1)
    return true
  }

  private func keep(_ current: AttentionLSTMClassifier) {
    if let best {
      best.weights.update(from: current.weights)
    } else {
      best = AttentionLSTMClassifier(copying: current)
    }
  }

  private func warn(_ running: RunningEpoch, _ predictions: [(task: String, TaskPredictions)]) {
    var warnings = record.watch.warnings(running.gradients)
    for (task, predictions) in predictions {
      guard case .singleLabel(let own) = predictions else { continue }
      let oneClass = record.watch.warning(
        task: task, predicted: own.predictedLabels, labels: own.labels,
        isLast: running.epoch == options.epochs)
      warnings += [oneClass].compactMap(\.self)
    }
    for warning in warnings { onEvent(.warning(warning)) }
  }
}

extension ContinuousClock.Instant {
  fileprivate var elapsedSeconds: Double { duration(to: .now) / .seconds(1) }
}
