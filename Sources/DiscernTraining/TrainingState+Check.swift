import DiscernCorpus
import DiscernModels
import DiscernTensor

/// Checks of the numbers in a saved state before training uses them: files can be changed, and nothing may
/// overflow.
extension TrainingState.Record {
  /// - Throws: `TrainingError.unusableState`, which names the key, if training with these options cannot
  ///   reach this state.
  func check<Model: TrainableModel, Source: BatchSource>(
    _ options: TrainingOptions, _ source: Source, _ model: Model
  ) throws(TrainingError) where Source.Batch == Model.Batch {
    try StateCheck.count(updateCount, "updateCount")
    try StateCheck.count(batchCount, "batchCount")
    try StateCheck.count(optimizerSteps, "optimizerSteps")
    let depths = model.weights.layout.depthCount
    try StateCheck.require(
      restCounts?.count ?? 0 <= depths, "restCounts", "of \(restCounts?.count ?? 0)", "at most \(depths)")
    for (depth, count) in (restCounts ?? []).enumerated() {
      try StateCheck.require(
        (0...optimizerSteps).contains(count), "restCounts.\(depth)", count, "0 to \(optimizerSteps)")
    }
    try StateCheck.require(
      (average != nil) == (options.averageDecay > 0), "average",
      average == nil ? "missing" : "there", options.averageDecay > 0 ? "it to be there" : "it to be missing")
    if let average {
      try StateCheck.count(average.stepCount, "average.stepCount")
      // The logarithm of each step's decay is above −2.
      try StateCheck.number(
        average.logProduct, "average.logProduct", -2 * Double(average.stepCount)...0)
    }
    let skipped = skippedInARow ?? 0
    try StateCheck.require(
      (0..<Self.skipLimit).contains(skipped), "skippedInARow", skipped, "0 to \(Self.skipLimit - 1)")
    try selection.check(options)
    try checkEpochs(options)
    if let prunedEpoch {
      try StateCheck.require(
        options.pruning > 0 && (1...max(1, epochs.count)).contains(prunedEpoch), "prunedEpoch", prunedEpoch,
        options.pruning > 0 ? "1 to \(epochs.count)" : "it to be missing")
    }
    try running.check(options, source, model)
  }

  private func checkEpochs(_ options: TrainingOptions) throws(TrainingError) {
    let last = options.epochs + (outcome == nil ? 0 : 1)
    try StateCheck.require((1...last).contains(running.epoch), "running.epoch", running.epoch, "1 to \(last)")
    try StateCheck.require(
      epochs.count == running.epoch - 1, "epochs", "of \(epochs.count)", "\(running.epoch - 1) of them")
    for (index, epoch) in epochs.enumerated() {
      let key = "epochs.\(index)"
      try StateCheck.require(epoch.epoch == index + 1, "\(key).epoch", epoch.epoch, "\(index + 1)")
      try StateCheck.sum(epoch.trainLoss, "\(key).trainLoss")
      try StateCheck.sum(epoch.developmentLoss, "\(key).developmentLoss")
      try StateCheck.number(epoch.learningRate, "\(key).learningRate", 0...StateCheck.limit)
      try StateCheck.sum(epoch.gradientNorm, "\(key).gradientNorm")
      for (name, norm) in epoch.gradientNorms { try StateCheck.sum(norm, "\(key).gradientNorms.\(name)") }
      try StateCheck.number(epoch.trainSeconds, "\(key).trainSeconds", 0...StateCheck.limit)
      try StateCheck.number(epoch.developmentSeconds, "\(key).developmentSeconds", 0...StateCheck.limit)
      try StateCheck.number(epoch.tokensPerSecond, "\(key).tokensPerSecond", 0...StateCheck.limit)
    }
  }
}

extension Selection.State {
  fileprivate func check(_ options: TrainingOptions) throws(TrainingError) {
    try StateCheck.number(learningRate, "selection.learningRate", 0...options.learningRate)
    try StateCheck.count(epochsSinceBest, "selection.epochsSinceBest")
    try StateCheck.count(epochsOnPlateau, "selection.epochsOnPlateau")
    if let best {
      try StateCheck.sum(best.score, "selection.best.score")
      try StateCheck.sum(best.loss, "selection.best.loss")
    }
  }
}

extension RunningEpoch {
  /// - Precondition: `epoch` has been checked.
  fileprivate func check<Model: TrainableModel, Source: BatchSource>(
    _ options: TrainingOptions, _ source: Source, _ model: Model
  ) throws(TrainingError) where Source.Batch == Model.Batch {
    let plan: EpochPlan
    let first: Source.Batch?
    do throws(ShardError) {
      plan = epoch <= options.epochs ? try source.plan(epoch: epoch) : EpochPlan([])
      first = steps == 0 || plan.count == 0 ? nil : try source.batch(of: plan[0])
    } catch {
      throw .shards(error)
    }
    try StateCheck.require(
      (0...plan.count).contains(nextBatch), "running.nextBatch", nextBatch, "0 to \(plan.count)")
    let expected = (nextBatch + options.accumulation - 1) / options.accumulation
    try StateCheck.require(steps == expected, "running.steps", steps, "\(expected)")
    let skipped = skippedSteps ?? 0
    try StateCheck.require((0...steps).contains(skipped), "running.skippedSteps", skipped, "0 to \(steps)")
    try StateCheck.count(tokens, "running.tokens")
    try StateCheck.number(seconds, "running.seconds", 0...StateCheck.limit)
    try StateCheck.number(learningRate, "running.learningRate", 0...StateCheck.limit)
    // The number of the model's losses is only known from a batch's mass.
    let heads = skipped == steps ? 0 : first.map { model.mass(of: $0).losses.count } ?? 0
    try StateCheck.require(losses.count == heads, "running.losses", "of \(losses.count)", "\(heads) of them")
    for (index, loss) in losses.enumerated() {
      try StateCheck.sum(loss.sum, "running.losses.\(index).sum")
      try StateCheck.number(loss.mass, "running.losses.\(index).mass", 0...StateCheck.largest)
    }
    try gradients.check(steps: steps - skipped, names: model.weights.tensors.map(\.name))
  }
}

extension GradientMeter {
  fileprivate func check(steps expected: Int, names: [String]) throws(TrainingError) {
    let key = "running.gradients"
    try StateCheck.require(steps == expected, "\(key).steps", steps, "\(expected)")
    try StateCheck.number(normSum, "\(key).normSum", 0...StateCheck.largest)
    var left = Set(names)
    for (index, sum) in sums.enumerated() {
      try StateCheck.require(
        left.remove(sum.name) != nil, "\(key).sums.\(index).name", "“\(sum.name)”", "each weight once")
      try StateCheck.number(sum.norms, "\(key).sums.\(index).norms", 0...StateCheck.largest)
      try StateCheck.number(sum.squares, "\(key).sums.\(index).squares", 0...StateCheck.largest)
      try StateCheck.require(
        (0...1 << 60).contains(sum.elements), "\(key).sums.\(index).elements", sum.elements, "0 to 2^60")
    }
  }
}
