import DiscernCorpus
import DiscernModels
import DiscernTensor

/// A training run, from its beginning or a saved state to its end.
final class TrainingLoop<Model: TrainableModel, Source: BatchSource> where Source.Batch == Model.Batch {
  private let options: TrainingOptions
  private let compute: Compute
  private let model: Model
  private let step: TrainingStep<Model>
  private let link: any RankLink
  private let source: Source
  private let development: Model.Development
  private let store: TrainingStore?
  private let onEvent: (TrainingEvent) -> Void
  private let isInterrupted: () -> Bool

  private var record: TrainingState.Record
  private var selection: Selection
  /// The best epoch's model.
  private var best: Model?

  init(
    _ initial: Model, source: Source, development: Model.Development, options: TrainingOptions,
    link: any RankLink, compute: Compute, store: TrainingStore?,
    onEvent: @escaping (TrainingEvent) -> Void, isInterrupted: @escaping () -> Bool
  ) {
    self.options = options
    self.compute = compute
    self.link = link
    self.source = source
    self.development = development
    self.store = store
    self.onEvent = onEvent
    self.isInterrupted = isInterrupted
    model = initial.copied()
    step = TrainingStep(model, options: options, link: link, compute: compute)
    selection = Selection(options)
    record = TrainingState.Record(selection: selection.state)
  }

  func run() throws(TrainingError) -> TrainedModel<Model> {
    try begin()
    try requireSameWeights()
    let wasEnded = record.outcome != nil
    // Resumed training may be interrupted before its first step.
    if !wasEnded, store?.saved != nil, isAskedToEnd() { return try interrupted() }
    while record.outcome == nil {
      switch try runSteps() {
      case .complete: break
      case .interrupted: return try interrupted()
      case .diverged: return try diverged()
      }
      guard try judge() else { return try diverged() }
      if record.outcome == nil {
        if isAskedToEnd() { return try interrupted() }
        store?.offer(.epoch, state)
      }
    }
    if !wasEnded { store?.offer(.ended, state) }
    return try result(record.outcome ?? .completed)
  }

  private func interrupted() throws(TrainingError) -> TrainedModel<Model> {
    store?.offer(.interrupted, state)
    return try result(.interrupted)
  }

  private func diverged() throws(TrainingError) -> TrainedModel<Model> {
    if let warning = Self.skipped(record.running) { onEvent(.warning(warning)) }
    return try result(.diverged)
  }

  private func result(_ outcome: TrainingOutcome) throws(TrainingError) -> TrainedModel<Model> {
    guard let best, let summary = record.epochs.last(where: \.isBest) else {
      throw outcome == .diverged
        ? .diverged(epoch: record.running.epoch, step: record.running.steps) : .interrupted
    }
    return TrainedModel(model: best, outcome: outcome, epochs: record.epochs, best: summary)
  }

  // MARK: State

  private func begin() throws(TrainingError) {
    let warnings =
      TrainingWarning.ofAccumulation(options, model.batchDependences)
      + (isWaiting(inEpoch: options.epochs) ? [.neverLearning(epochs: options.epochs)] : [])
    guard let store, let saved = store.saved else {
      onEvent(
        .began(
          textCount: source.exampleCount, tokenCount: source.tokenCount,
          parameterCount: model.weights.layout.trainedCount,
          padding: try reading { () throws(ShardError) in try source.padding() }))
      for warning in warnings { onEvent(.warning(warning)) }
      return
    }
    for warning in warnings { onEvent(.warning(warning)) }
    try saved.check(options, source, model)
    if saved.epochs.contains(where: \.isBest) { best = model.copied() }
    try step.restore(saved) { () throws(TrainingError) in try store.fill(stateBuffers) }
    record = saved
    selection = Selection(options, state: saved.selection)
    best?.weights.didChange()
    // The number of epochs may have changed.
    if options.pruning > 0, saved.prunedEpoch == nil, saved.running.epoch >= options.epochs {
      throw .invalidOption(
        name: "prune", value: "\(options.pruning)",
        expected: "an epoch after the current one to train in; give more epochs (--more-epochs)")
    }
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

  private func reading<Value>(_ body: () throws(ShardError) -> Value) throws(TrainingError) -> Value {
    do throws(ShardError) { return try body() } catch { throw .shards(error) }
  }

  private enum End { case complete, interrupted, diverged }

  /// Runs the remaining steps of the current epoch.
  private func runSteps() throws(TrainingError) -> End {
    let epoch = record.running.epoch
    let plan = try reading { () throws(ShardError) in try source.plan(epoch: epoch) }
    let stepCount = (plan.count + options.accumulation - 1) / options.accumulation
    if record.running.nextBatch == 0 { standardizeVectors(epoch: epoch) }
    step.begin(epoch: epoch)
    let secondsBefore = record.running.seconds
    let started = ContinuousClock.now
    let own = RankBatches(
      record.running.nextBatch..<plan.count, stepSize: options.accumulation, rank: link.rank, of: link.count)
    let ahead = source.batches(plan, own, stepSize: options.accumulation)
    while record.running.nextBatch < plan.count {
      let count = min(plan.count - record.running.nextBatch, options.accumulation)
      let end = record.running.nextBatch + count
      var batches: [Source.Batch] = []
      for batch in ahead.prefix(own.count(inStepOf: count)) {
        batches.append(try reading { () throws(ShardError) in try batch.get() })
      }
      let rate =
        selection.learningRate / options.learningRate
        * options.scheduledLearningRate(step: record.updateCount + 1, stepsPerEpoch: stepCount)
      let update = step.update(batches, of: count, learningRate: Float(rate))
      record.updateCount += 1
      record.running.nextBatch = end
      // The tokens of all ranks, and whether any of several ranks is interrupted.
      let tokens = batches.reduce(0) { $0 + source.tokenCount(of: $1) }
      let sums = link.sum([tokens, link.count > 1 && isInterrupted() ? 1 : 0])
      record.running.tokens += sums[0]
      // The highest of the epoch: a schedule's last value is not representative.
      record.running.learningRate = max(record.running.learningRate, rate)
      guard record.count(update) else { return .diverged }
      record.running.seconds = secondsBefore + started.elapsedSeconds
      tellProgress(stepCount: stepCount)
      // A complete epoch is measured before training ends.
      if end < plan.count, link.count > 1 ? sums[1] > 0 : isInterrupted() { return .interrupted }
      store?.offer(.step(record.updateCount), state)
    }
    // An epoch whose steps were all skipped has no loss.
    return record.running.skippedSteps == record.running.steps ? .diverged : .complete
  }

  /// Whether this rank or another one is interrupted; all ranks call it at the same points.
  private func isAskedToEnd() -> Bool { link.any(isInterrupted()) }

  /// - Throws: `TrainingError.ranksDiffer`.
  private func requireSameWeights() throws(TrainingError) {
    if link.count == 1 { return }
    let numbers = model.weights.tensors.flatMap { tensor in
      let bytes = UnsafeRawBufferPointer(
        start: tensor.values.pointer, count: tensor.values.count * MemoryLayout<Float>.stride)
      let hash = ContentHash(bytes.bindMemory(to: UInt8.self))
      return [hash.low, hash.high]
    }
    let place = [record.updateCount, record.running.epoch, source.exampleCount, source.tokenCount]
      .map(UInt64.init)
    if let rank = link.firstDifference(place + numbers) {
      throw .ranksDiffer(rank: rank, epoch: record.running.epoch)
    }
  }

  private func standardizeVectors(epoch: Int) {
    // It would change the zeros of pruning.
    if record.prunedEpoch != nil { return }
    guard options.adversarial.standardizesVectors, let table = model.vectorTable,
      epoch == 1 || (table.isTrainable && model.rateFactors(epoch: epoch - 1)[table.depth] > 0)
    else { return }
    step.standardize(table, counts: source.counts(of: table))
  }

  private func tellProgress(stepCount: Int) {
    let running = record.running
    let pace = max(1, running.tokensPerSecond)
    let left = Double(source.tokenCount - running.tokens) / pace
    let measuring = record.epochs.last?.developmentSeconds ?? 0
    let later = Double(options.epochs - running.epoch) * (Double(source.tokenCount) / pace + measuring)
    onEvent(
      .step(
        TrainingProgress(
          epoch: running.epoch, step: running.steps, stepCount: stepCount, loss: model.mean(running.losses),
          tokensPerSecond: running.tokensPerSecond,
          secondsLeft: left, totalSecondsLeft: left + measuring + later)))
  }

  // MARK: Judgement

  /// Measures the current epoch and ends it; false if the weights have diverged and the measures are not
  /// finite.
  private func judge() throws(TrainingError) -> Bool {
    try requireSameWeights()
    let started = ContinuousClock.now
    let running = record.running
    let current = model.with(step.result())
    guard let measures = try current.measure(development, compute) else { return false }
    let judgement = selection.judge(
      score: measures.score, loss: measures.scoreLoss, isWaiting: isWaiting(inEpoch: running.epoch))
    let summary = EpochSummary(
      running, trainLoss: model.mean(running.losses), measures,
      developmentSeconds: started.elapsedSeconds, isBest: judgement.isBest)
    record.epochs.append(summary)
    if let distributions = measures.distributions {
      onEvent(.states(epoch: running.epoch, distributions))
    }
    onEvent(.epoch(summary))
    warn(running, measures.choices)
    if judgement.isBest { keep(current) }
    let isLast = running.epoch == options.epochs
    let isTime = judgement.stops || running.epoch >= options.epochs - options.fineTuningEpochs
    if options.pruning > 0, record.prunedEpoch == nil, isTime, !isLast {
      prune()
    } else if judgement.stops {
      record.outcome = .stoppedEarly
    } else if isLast {
      record.outcome = .completed
    } else if selection.learningRate < judgement.usedLearningRate {
      onEvent(.reducedLearningRate(to: selection.learningRate))
    }
    record.running = RunningEpoch(epoch: running.epoch + 1)
    return true
  }

  /// Prunes the best epoch's weights and continues from them; the best epoch is chosen anew from now on.
  private func prune() {
    guard let best, let summary = record.epochs.last(where: \.isBest) else { return }
    let pruned = step.prune(best.weights, share: options.pruning)
    record.prunedEpoch = record.epochs.count
    selection.beginAgain()
    onEvent(
      .pruned(
        PruningSummary(
          epoch: summary.epoch, zeros: pruned.zeros, weights: pruned.weights, tensors: pruned.tensors)))
  }

  /// Whether some trainable weights are still frozen.
  private func isWaiting(inEpoch epoch: Int) -> Bool {
    model.rateFactors(epoch: epoch).enumerated().contains {
      $0.element == 0 && model.weights.layout.learns(atDepth: $0.offset)
    }
  }

  private func keep(_ current: Model) {
    if let best {
      best.weights.update(from: current.weights)
    } else {
      best = current.copied()
    }
  }

  private static func skipped(_ running: RunningEpoch) -> TrainingWarning? {
    running.skippedSteps.map { .skippedSteps(epoch: running.epoch, count: $0, of: running.steps) }
  }

  private func warn(_ running: RunningEpoch, _ choices: [Measures.Choices]) {
    var warnings = record.watch.warnings(running.gradients)
    if let warning = Self.skipped(running) { warnings.insert(warning, at: 0) }
    for choice in choices {
      let oneClass = record.watch.warning(
        task: choice.task, predicted: choice.predicted, labels: choice.labels,
        isLast: running.epoch == options.epochs)
      warnings += [oneClass].compactMap(\.self)
    }
    for warning in warnings { onEvent(.warning(warning)) }
  }
}

extension ContinuousClock.Instant {
  fileprivate var elapsedSeconds: Double { duration(to: .now) / .seconds(1) }
}
