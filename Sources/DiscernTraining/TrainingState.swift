import DiscernTensor

/// The state of a training run between two steps: everything needed to resume as if uninterrupted.
///
/// Randomness is a function of seed, purpose, name and step, so none of it is saved.
package struct TrainingState {
  package let record: Record
  /// The weights, the best epoch's weights, moments and averages, as far as they are in use.
  package let buffers: [StateBuffer]

  /// Everything but the tensors.
  package struct Record: Codable, Sendable {
    /// The number of updates over all epochs.
    package internal(set) var updateCount = 0
    /// The number of batches over all epochs, which keys the dropout masks.
    package internal(set) var batchCount = 0
    var optimizerSteps = 0
    /// By depth, the number of steps in which weights were frozen; nil: none were.
    var restCounts: [Int]?
    var average: WeightAverage.State?
    var selection: Selection.State
    var watch = TrainingWatch()
    /// The number of skipped steps since the last one that changed the weights; nil: none.
    var skippedInARow: Int?
    /// The epoch after which the best weights were pruned; nil: not yet, or never.
    var prunedEpoch: Int?
    /// The figures of the complete epochs.
    package internal(set) var epochs: [EpochSummary] = []
    package internal(set) var running = RunningEpoch(epoch: 1)
    /// Why training ended; `nil` while it continues.
    package internal(set) var outcome: TrainingOutcome?

    /// The number of skipped steps in a row that ends training.
    static let skipLimit = 5

    init(selection: Selection.State) { self.selection = selection }

    /// Adds a step's figures, or counts it as skipped if its loss or gradients are not finite.
    ///
    /// - Returns: false after too many skipped steps in a row.
    mutating func count(_ update: StepUpdate) -> Bool {
      running.steps += 1
      if update.isFinite {
        running.add(update)
        skippedInARow = nil
      } else {
        running.skippedSteps = (running.skippedSteps ?? 0) + 1
        skippedInARow = (skippedInARow ?? 0) + 1
      }
      return skippedInARow ?? 0 < Self.skipLimit
    }

    /// Lets a finished run continue for more epochs.
    package mutating func reopen(_ options: TrainingOptions) {
      outcome = nil
      var selection = Selection(options, state: selection)
      if selection.stops { selection.resetPatience() }
      self.selection = selection.state
    }
  }
}

/// The position in an epoch, and the sums over its steps so far.
package struct RunningEpoch: Codable, Sendable {
  /// From 1.
  package let epoch: Int
  /// The next batch of the epoch's plan.
  package internal(set) var nextBatch = 0
  /// The number of steps so far, including skipped ones.
  package internal(set) var steps = 0
  /// The number of steps whose loss or gradients were not finite; nil: none.
  var skippedSteps: Int?
  /// By head.
  private(set) var losses: [LossSum] = []
  var tokens = 0
  var seconds = 0.0
  /// The highest so far.
  var learningRate = 0.0
  private(set) var gradients = GradientMeter()

  init(epoch: Int) { self.epoch = epoch }

  mutating func add(_ step: StepUpdate) {
    if losses.isEmpty { losses = step.losses.map { _ in LossSum() } }
    for (head, loss) in step.losses.enumerated() { losses[head] += loss }
    gradients.add(step.gradients)
  }

  var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
}

/// A moment at which the state may be saved.
package enum TrainingMoment: Sendable, Equatable {
  /// After a step, with the number of updates over all epochs.
  case step(Int)
  /// After an epoch has been measured.
  case epoch
  /// Training is interrupted.
  case interrupted
  /// Training has ended by itself.
  case ended
}

/// Where a run's state is saved, and where it resumes from.
package struct TrainingStore {
  /// The state to resume from.
  package var saved: TrainingState.Record?
  /// Reads the tensors of that state into the given buffers.
  package var fill: ([StateBuffer]) throws(TrainingError) -> Void
  /// Offers a state, which is created only if requested.
  package var offer: (TrainingMoment, () -> TrainingState) -> Void

  package init(
    saved: TrainingState.Record? = nil,
    fill: @escaping ([StateBuffer]) throws(TrainingError) -> Void = { _ in },
    offer: @escaping (TrainingMoment, () -> TrainingState) -> Void
  ) {
    self.saved = saved
    self.fill = fill
    self.offer = offer
  }
}
