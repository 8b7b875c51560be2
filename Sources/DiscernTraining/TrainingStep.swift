import DiscernIO
import DiscernModels
import DiscernTensor

/// Changes a model's weights by one step after the other; holds what steps share.
///
/// A step is one or more batches (gradient accumulation): `add` each, then `apply`.
package final class TrainingStep {
  private let model: AttentionLSTMClassifier
  private let options: TrainingOptions
  private let objective: Objective
  private let compute: Compute
  private let gradients: Gradients
  /// Takes up the gradients of weights where only those of word vectors are wanted.
  private let unused: Gradients?
  /// What one pass needs.
  private let workspace = Workspace()
  /// What one pass leaves for the next.
  private let kept = Workspace()
  private let optimizer: Optimizer
  private let average: WeightAverage?
  private var batchCount = 0
  private var losses: [LossSum]
  private var rates: DropoutRates

  package struct Update {
    /// The loss of the batches' own (clean) passes, by head.
    package let losses: [LossSum]
    /// Their mean by the heads' weights, nats.
    package let loss: Double
    /// Before clipping.
    package let gradients: GradientSquares
    /// Of all gradients together.
    package let gradientNorm: Double
    package var isFinite: Bool { loss.isFinite && gradientNorm.isFinite }
  }

  /// - Parameter objective: nil: every class counts the same.
  package init(
    _ model: AttentionLSTMClassifier, options: TrainingOptions, objective: Objective? = nil, compute: Compute
  ) {
    self.model = model
    self.options = options
    self.objective = objective ?? Objective(model.configuration.heads, options: options)
    self.compute = compute
    gradients = Gradients(layout: model.weights.layout)
    unused =
      options.adversarial == .vat ? Gradients(layout: model.weights.layout, leavesOutProducts: true) : nil
    optimizer = Optimizer(
      options.optimizer, weights: model.weights, weightDecay: options.weightDecay,
      momentum: options.momentum)
    average = options.averageDecay > 0 ? WeightAverage(of: model.weights, decay: options.averageDecay) : nil
    rates = model.configuration.encoder.dropoutRates
    losses = model.configuration.heads.map { _ in LossSum() }
    gradients.reset()
  }

  /// Sets what depends on the epoch, counted from 1.
  package func begin(epoch: Int) {
    guard let rate = options.dropoutTo else { return }
    rates = model.configuration.encoder.dropoutRates(
      movedTo: rate, share: Float(epoch - 1) / Float(max(1, options.epochs - 1)))
  }

  /// The weights to measure and to keep: their moving average, or the weights themselves.
  package func result() -> Weights {
    guard let average else { return model.weights }
    average.catchUp(model.weights)
    return average.weights
  }

  /// Gives the word vectors mean 0 and deviation 1 (see `Weights.standardize`).
  package func standardizeVectors(counts: [Int]) {
    average?.catchUp(model.weights)
    for weights in [model.weights] + (average.map { [$0.weights] } ?? []) {
      weights.standardize(model.wordTable, counts: counts)
    }
  }

  /// Everything that steps change, where it is.
  package var stateBuffers: [StateBuffer] {
    model.weights.stateBuffers("weights") + optimizer.stateBuffers(model.weights)
      + (average?.stateBuffers ?? [])
  }

  /// Writes what a checkpoint keeps beside the tensors. Only between two steps.
  func write(to record: inout TrainingState.Record) {
    record.batchCount = batchCount
    record.optimizerSteps = optimizer.stepCount
    record.average = average?.state
  }

  /// Takes up where that record was written; the tensors have been read into their places.
  func restore(_ record: TrainingState.Record) {
    batchCount = record.batchCount
    optimizer.stepCount = record.optimizerSteps
    if let average, let state = record.average {
      average.state = state
      average.weights.didChange()
    }
    model.weights.didChange()
  }

  /// One step of one batch.
  package func update(_ batch: PackedBatch, _ data: LabelledTexts, learningRate: Float) -> Update {
    add(batch, data, mass: mass(of: [batch.indices], data))
    return apply(learningRate: learningRate)
  }

  /// What the gradients of a step's batches are divided by.
  ///
  /// - Parameter batches: the texts of each.
  package func mass(of batches: some Sequence<[Int]>, _ data: LabelledTexts) -> StepMass {
    objective.mass(batches.map { Objective.Targets(data, $0) })
  }

  /// The mean of an epoch's or a step's losses by the heads' weights, nats.
  package func mean(_ losses: [LossSum]) -> Double { objective.mean(losses) }

  /// Adds a batch's gradients.
  ///
  /// - Parameters:
  ///   - data: all texts; the batch's indices say which are its own.
  ///   - mass: that of all batches of the step.
  package func add(_ batch: PackedBatch, _ data: LabelledTexts, mass: StepMass) {
    batchCount += 1
    kept.reset()
    let targets = Objective.Targets(data, batch)
    /// - Returns: each head's probabilities.
    func addOwnLoss(_ tape: Tape, _ logits: [Variable]) -> [Matrix] {
      let result = objective.loss(tape, logits, targets, mass: mass)
      for (index, loss) in result.losses.enumerated() { losses[index] += loss }
      return result.probabilities
    }
    var isFinite: Bool { mean(losses).isFinite }
    let adversarialWeight = Float(options.adversarialWeight)
    func addMovedLoss(_ tape: Tape, _ logits: [Variable]) {
      _ = objective.loss(tape, logits, targets, weight: adversarialWeight, mass: mass)
    }
    switch options.adversarial {
    case .none: _ = pass(batch) { _ = addOwnLoss($0, $1) }
    case .fgm:
      let vectors = pass(batch) { _ = addOwnLoss($0, $1) }
      if isFinite, let gradient = vectors.gradient,
        let moved = kept.fastGradientPerturbation(gradient, norm: options.epsilon, compute)
      {
        _ = pass(batch, .ofWords(moved), objective: addMovedLoss)
      }
    case .fgmSequence:
      let vectors = pass(batch, .ofTokens(nil)) { _ = addOwnLoss($0, $1) }
      if isFinite, let gradient = vectors.gradient {
        let moved = kept.fastGradientPerturbation(
          gradient, ofEachSequenceIn: batch.layout, norm: options.epsilon, compute)
        _ = pass(batch, .ofTokens(moved), objective: addMovedLoss)
      }
    case .vat:
      var prediction: [Matrix] = []
      _ = pass(batch) { prediction = addOwnLoss($0, $1).map(kept.copy(of:)) }
      if isFinite { addVirtualAdversarial(batch, prediction, weight: adversarialWeight, mass: mass) }
    }
  }

  /// Virtual adversarial training (Miyato et al. 2017, 2018): the direction that changes the prediction
  /// most, by one power iteration from a random one, then the divergence at ε in that direction.
  private func addVirtualAdversarial(
    _ batch: PackedBatch, _ prediction: [Matrix], weight: Float, mass: StepMass
  ) {
    let start = kept.randomPerturbation(
      columns: model.configuration.encoder.embeddingSize, ofEachSequenceIn: batch.layout, norm: 0.1,
      stream: RandomStream(seed: options.seed, purpose: .adversarial, counter: batchCount), compute)
    unused?.reset()
    let vectors = pass(batch, .ofTokens(start), into: unused) { tape, logits in
      objective.addDivergence(tape, logits, from: prediction, mass: mass)
    }
    guard let gradient = vectors.gradient else { return }
    let moved = kept.fastGradientPerturbation(
      gradient, ofEachSequenceIn: batch.layout, norm: options.epsilon, compute)
    _ = pass(batch, .ofTokens(moved)) { tape, logits in
      objective.addDivergence(tape, logits, from: prediction, weight: weight, mass: mass)
    }
  }

  /// Changes the weights by what was added; they stay as they are when the loss or the norm is not finite.
  package func apply(learningRate: Float) -> Update {
    gradients.joinPasses(kept)
    let squares = gradients.squares(compute)
    let norm = squares.norm
    let update = Update(losses: losses, loss: mean(losses), gradients: squares, gradientNorm: norm)
    if update.isFinite {
      let isClipped = options.clipNorm > 0 && norm > options.clipNorm
      let step = { [self] in
        optimizer.step(
          model.weights, gradients, learningRate: learningRate,
          gradientScale: isClipped ? Float(options.clipNorm / norm) : 1, compute)
      }
      if let average {
        average.follow(model.weights, gradients, compute, step: step)
      } else {
        step()
      }
      model.weights.packAgain(compute)
    }
    gradients.reset()
    losses = losses.map { _ in LossSum() }
    return update
  }

  /// Forward, an objective, backward; adds to the gradients. Passes over the same batch use the same
  /// dropout masks, and the one without a perturbation alone moves running statistics.
  ///
  /// - Returns: the vectors that may be perturbed, with their gradient.
  private func pass(
    _ batch: PackedBatch, _ perturbation: Perturbation = .ofWords(nil), into target: Gradients? = nil,
    objective: (Tape, [Variable]) -> Void
  ) -> Variable {
    gradients.beginNextPass()
    workspace.reset()
    let tape = Tape(
      compute: compute, workspace: workspace, weights: model.weights, gradients: target ?? gradients,
      keepsStatistics: perturbation.moves)
    let pass = Pass(
      tape, batch, seed: options.seed, step: batchCount, rates: rates, perturbation: perturbation)
    objective(tape, model(pass))
    tape.runBackward()
    guard let vectors = pass.vectors else {
      preconditionFailure("a pass for training keeps no projections")
    }
    return vectors
  }
}
