/// Decides after each epoch: is it the best, does the learning rate fall, is it time to stop.
package struct Selection {
  private let options: TrainingOptions
  private(set) package var learningRate: Double
  /// The best score and, for equal ones, its loss.
  private var best: (score: Double, loss: Double)?
  private var epochsSinceBest = 0
  private var epochsOnPlateau = 0

  package struct Verdict {
    package let isBest: Bool
    package let stops: Bool
    package let usedLearningRate: Double
  }

  package init(_ options: TrainingOptions) {
    self.options = options
    learningRate = options.learningRate
  }

  /// - Parameters:
  ///   - score: what is to rise.
  ///   - loss: decides between equal scores.
  package mutating func judge(score: Double, loss: Double) -> Verdict {
    let used = learningRate
    let isBest = best.map { score > $0.score || (score == $0.score && loss < $0.loss) } ?? true
    if isBest {
      best = (score, loss)
      epochsSinceBest = 0
      epochsOnPlateau = 0
    } else {
      epochsSinceBest += 1
      epochsOnPlateau += 1
      if options.schedule == .plateau && epochsOnPlateau > options.plateauPatience {
        // A rate that begins below the floor stays where it is.
        let floor = min(options.minimumLearningRate, learningRate)
        learningRate = max(floor, learningRate * options.plateauFactor)
        epochsOnPlateau = 0
      }
    }
    return Verdict(isBest: isBest, stops: epochsSinceBest >= options.patience, usedLearningRate: used)
  }
}
