import DiscernIO
import DiscernModels
import DiscernTensor

/// Changes a model's weights step by step; holds the state that steps share.
package final class TrainingStep<Model: TrainableModel> {
  private let model: Model
  private let options: TrainingOptions
  private let link: any RankLink
  private let compute: Compute
  private let gradients: Gradients
  /// Receives the gradients of weights in passes in which only those of vectors are needed.
  private let unused: Gradients?
  /// The memory of one pass.
  private let workspace = Workspace()
  /// The results of a pass that later passes of its batch need.
  private let kept = Workspace()
  private let optimizer: Optimizer
  private let average: WeightAverage?
  /// The running statistics as they were before the step, since passes change them; nil: there are none.
  private let statesBefore: AlignedBuffer?
  private var batchCount = 0
  /// The progress of training: 0 in the first epoch, 1 in the last.
  private var progress: Float = 0
  /// The factors of the learning rate, by depth.
  private var rateFactors: [Float]
  /// Whether zeros in matrices stay zero.
  private var isPruned = false

  /// - Parameter model: its weights are changed.
  package init(
    _ model: Model, options: TrainingOptions, link: any RankLink = SingleRank(), compute: Compute
  ) {
    self.model = model
    self.options = options
    self.link = link
    self.compute = compute
    gradients = Gradients(layout: model.weights.layout)
    unused =
      options.adversarial == .vat ? Gradients(layout: model.weights.layout, leavesOutProducts: true) : nil
    optimizer = Optimizer(
      options.optimizer, weights: model.weights, weightDecay: options.weightDecay,
      momentum: options.momentum)
    rateFactors = model.rateFactors(epoch: 1)
    average = options.averageDecay > 0 ? WeightAverage(of: model.weights, decay: options.averageDecay) : nil
    let states = model.weights.states
    statesBefore = states.count > 0 ? AlignedBuffer(count: states.count) : nil
    gradients.reset()
  }

  /// Sets the values that depend on the epoch, counted from 1.
  package func begin(epoch: Int) {
    progress = Float(epoch - 1) / Float(max(1, options.epochs - 1))
    rateFactors = model.rateFactors(epoch: epoch)
  }

  /// The weights to measure and to keep: their moving average, or the weights themselves.
  package func result() -> Weights {
    guard let average else { return model.weights }
    average.catchUp(model.weights)
    return average.weights
  }

  /// Gives a table's vectors mean 0 and deviation 1 (see `Weights.standardize`).
  package func standardize(_ table: EmbeddingTable, counts: [Int]) {
    average?.catchUp(model.weights)
    for weights in [model.weights] + (average.map { [$0.weights] } ?? []) {
      weights.standardize(table, with: model.partTable, counts: counts)
    }
  }

  /// Goes back to other weights, such as the best, and sets the smallest of each matrix to zero from now on.
  func prune(_ best: Weights, share: Double) -> Weights.Pruned {
    model.weights.update(from: best)
    let pruned = model.weights.prune(share)
    optimizer.forget(whereZero: model.weights, compute)
    average?.restart(from: model.weights)
    isPruned = true
    return pruned
  }

  /// The buffers of everything that steps change.
  package var stateBuffers: [StateBuffer] {
    model.weights.stateBuffers("weights") + optimizer.stateBuffers(model.weights)
      + (average?.stateBuffers ?? [])
  }

  /// Writes the state that is not in tensors. Only between two steps.
  func write(to record: inout TrainingState.Record) {
    record.batchCount = batchCount
    record.optimizerSteps = optimizer.stepCount
    record.restCounts = optimizer.restCounts.isEmpty ? nil : optimizer.restCounts
    record.average = average?.state
  }

  /// Restores the state of that record.
  ///
  /// - Parameter read: reads the tensors into `stateBuffers`; called after the record is restored, which
  ///   decides the numbers allowed in them.
  func restore(
    _ record: TrainingState.Record, read: () throws(TrainingError) -> Void
  ) throws(TrainingError) {
    batchCount = record.batchCount
    isPruned = record.prunedEpoch != nil
    optimizer.stepCount = record.optimizerSteps
    optimizer.restCounts = record.restCounts ?? []
    if let average, let state = record.average { average.state = state }
    try read()
    average?.weights.didChange()
    model.weights.didChange()
  }

  /// One step on one or more batches (gradient accumulation) of all ranks. The weights, moments, averages and
  /// statistics do not change if the loss or the gradients' norm is not finite.
  ///
  /// - Parameters:
  ///   - batches: those of this rank.
  ///   - count: the number of batches of all ranks; nil if there is only one rank.
  package func update(
    _ batches: [Model.Batch], of count: Int? = nil, learningRate: Float
  ) -> StepUpdate {
    let count = count ?? batches.count
    let leafCount = max(options.accumulation, count)
    let tree = StepTree(leafCount: leafCount, batchCount: count, link: link)
    let own = tree.own
    precondition(own.count == batches.count, "\(batches.count) batches for \(own.count) places of a step")
    let mass = tree.mass { model.mass(of: batches[$0 - own.lowerBound]) }
    statesBefore?.pointer.update(from: model.weights.states.pointer, count: model.weights.states.count)
    let losses: [LossSum]
    if leafCount == 1 {
      losses = add(batches[0], number: batchCount + 1, mass)
      gradients.joinPasses(kept)
    } else {
      let layout = gradients.layout
      let sum = tree.sum(
        leaf: { leaf in
          gradients.reset()
          let losses = add(batches[leaf - own.lowerBound], number: batchCount + leaf + 1, mass)
          gradients.joinPasses(kept)
          return GradientSum(gradients, losses: losses)
        },
        add: { sum, other in
          var sum = sum
          sum.add(other)
          return sum
        },
        send: { sum, rank in sum.send(link, to: rank) },
        receive: { rank in GradientSum(link, from: rank, layout: layout) })
      losses = share(sum)
    }
    batchCount += count
    return apply(losses, learningRate: learningRate)
  }

  /// Distributes a step's sums from rank 0 to all ranks, and puts them into the gradients.
  private func share(_ sum: GradientSum?) -> [LossSum] {
    var sum = sum
    link.spread(
      receive: { sum = GradientSum(link, from: $0, layout: gradients.layout) },
      send: { sum?.send(link, to: $0) })
    guard let sum else { preconditionFailure("a step without a sum") }
    gradients.reset()
    kept.reset()
    sum.replace(gradients, kept)
    return sum.losses
  }

  /// Updates the weights by the accumulated gradients.
  private func apply(_ losses: [LossSum], learningRate: Float) -> StepUpdate {
    if isPruned { gradients.clear(whereZero: model.weights, compute) }
    let squares = gradients.squares(compute)
    let norm = squares.norm
    let update = StepUpdate(losses: losses, loss: model.mean(losses), gradients: squares, gradientNorm: norm)
    if update.isFinite {
      // Frozen weights must not affect the clipping of those that learn.
      let moving = squares.norm { rateFactors[$0] > 0 }
      let isClipped = options.clipNorm > 0 && moving > options.clipNorm
      let step = { [self] in
        optimizer.step(
          model.weights, gradients, learningRate: learningRate, factors: rateFactors,
          gradientScale: isClipped ? Float(options.clipNorm / moving) : 1, compute)
      }
      if let average {
        average.follow(model.weights, gradients, compute, step: step)
      } else {
        step()
      }
      model.weights.packAgain(compute)
    } else if let statesBefore {
      model.weights.states.pointer.update(from: statesBefore.pointer, count: statesBefore.count)
    }
    gradients.reset()
    return update
  }

  // MARK: Passes

  /// Adds a batch's gradients.
  ///
  /// - Parameters:
  ///   - number: the batch's number over all epochs and ranks, which keys its random draws.
  ///   - mass: the mass of all batches of the step.
  /// - Returns: the batch's losses, by head.
  private func add(_ batch: Model.Batch, number: Int, _ mass: StepMass) -> [LossSum] {
    kept.reset()
    let method = options.adversarial
    var losses: [LossSum] = []
    var probabilities: [Matrix] = []
    let clean = pass(batch, number, mass, method == .fgmSequence ? .ofTokens(nil) : .ofWords(nil)) { result in
      losses = result.losses
      if method == .vat { probabilities = result.probabilities.map(kept.copy(of:)) }
    }
    guard method != .none, model.mean(losses).isFinite, let (vectors, layout) = clean.vectors else {
      return losses
    }
    let weight = Float(options.adversarialWeight)
    switch method {
    case .none: break
    case .fgm:
      if let gradient = vectors.gradient,
        let moved = kept.fastGradientPerturbation(gradient, norm: options.epsilon, compute)
      {
        _ = pass(batch, number, mass, .ofWords(moved), weight: weight)
      }
    case .fgmSequence:
      if let gradient = vectors.gradient {
        let moved = kept.fastGradientPerturbation(
          gradient, ofEachSequenceIn: layout, norm: options.epsilon, compute)
        _ = pass(batch, number, mass, .ofTokens(moved), weight: weight)
      }
    case .vat:
      addVirtualAdversarial(
        batch, number, mass, .probabilities(probabilities), layout, columns: vectors.value.columns,
        weight: weight)
    }
    return losses
  }

  /// Virtual adversarial training (Miyato et al. 2017, 2018): the direction that changes the prediction most,
  /// by one power iteration from a random direction, then the divergence at ε in that direction.
  private func addVirtualAdversarial(
    _ batch: Model.Batch, _ number: Int, _ mass: StepMass, _ goal: TrainingPass.Goal, _ layout: PackedLayout,
    columns: Int, weight: Float
  ) {
    let start = kept.randomPerturbation(
      columns: columns, ofEachSequenceIn: layout, norm: 0.1,
      stream: RandomStream(seed: options.seed, purpose: .adversarial, counter: number), compute)
    unused?.reset()
    let vectors = pass(batch, number, mass, .ofTokens(start), goal, into: unused).vectors
    guard let gradient = vectors?.values.gradient else { return }
    let moved = kept.fastGradientPerturbation(
      gradient, ofEachSequenceIn: layout, norm: options.epsilon, compute)
    _ = pass(batch, number, mass, .ofTokens(moved), goal, weight: weight)
  }

  /// A forward and a backward pass, which adds to the gradients. Passes over the same batch use the same
  /// dropout masks, and only the one without a perturbation updates running statistics.
  ///
  /// - Parameter onForward: called before the backward pass, which may overwrite the results.
  private func pass(
    _ batch: Model.Batch, _ number: Int, _ mass: StepMass, _ perturbation: Perturbation,
    _ goal: TrainingPass.Goal = .targets, weight: Float = 1, into target: Gradients? = nil,
    onForward: (TrainingPass.Result) -> Void = { _ in }
  ) -> TrainingPass.Result {
    gradients.beginNextPass()
    workspace.reset()
    let tape = Tape(
      compute: compute, workspace: workspace, weights: model.weights, gradients: target ?? gradients,
      keepsStatistics: perturbation.changesVectors, activations: options.activations)
    let result = model(
      batch,
      TrainingPass(
        tape: tape, seed: options.seed, step: number, progress: progress, perturbation: perturbation,
        goal: goal, weight: weight, mass: mass))
    onForward(result)
    tape.runBackward()
    return result
  }
}
