/// Decides after each epoch whether it is the best, whether the learning rate falls and whether training
/// stops.
package struct Selection {
  private let options: TrainingOptions
  private(set) package var state: State

  /// Its state in a checkpoint.
  package struct State: Codable, Sendable, Equatable {
    package fileprivate(set) var learningRate: Double
    fileprivate(set) var best: Best?
    fileprivate(set) var epochsSinceBest = 0
    fileprivate(set) var epochsOnPlateau = 0

    /// The best score and, for equal ones, its loss.
    struct Best: Codable, Equatable {
      let score: Double
      let loss: Double
    }
  }

  package struct Judgement {
    package let isBest: Bool
    package let stops: Bool
    package let usedLearningRate: Double
  }

  /// - Parameter state: of an earlier selection, to continue from.
  package init(_ options: TrainingOptions, state: State? = nil) {
    self.options = options
    self.state = state ?? State(learningRate: options.learningRate)
  }

  package var learningRate: Double { state.learningRate }

  /// Whether training should stop.
  package var stops: Bool { state.epochsSinceBest >= options.patience }

  /// Resets the patience, so that training that had stopped early can continue.
  package mutating func resetPatience() { state.epochsSinceBest = 0 }

  /// Forgets the best epoch, since later epochs train a different model.
  mutating func beginAgain() {
    state.best = nil
    state.epochsSinceBest = 0
    state.epochsOnPlateau = 0
  }

  /// - Parameters:
  ///   - score: the value to maximise.
  ///   - loss: decides between equal scores.
  ///   - isWaiting: whether some layers do not learn yet, so that a lack of improvement does not stop
  ///     training.
  package mutating func judge(score: Double, loss: Double, isWaiting: Bool = false) -> Judgement {
    let used = learningRate
    let isBest = state.best.map { score > $0.score || (score == $0.score && loss < $0.loss) } ?? true
    if isBest {
      state.best = State.Best(score: score, loss: loss)
      state.epochsSinceBest = 0
      state.epochsOnPlateau = 0
    } else if !isWaiting {
      state.epochsSinceBest += 1
      state.epochsOnPlateau += 1
      if options.schedule == .plateau && state.epochsOnPlateau > options.plateauPatience {
        // A rate that begins below the minimum stays unchanged.
        let floor = min(options.minimumLearningRate, learningRate)
        state.learningRate = max(floor, learningRate * options.plateauFactor)
        state.epochsOnPlateau = 0
      }
    }
    return Judgement(isBest: isBest, stops: stops, usedLearningRate: used)
  }
}
