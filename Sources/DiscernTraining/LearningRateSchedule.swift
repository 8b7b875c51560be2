import DiscernSystem

/// How the learning rate changes during training.
public enum LearningRateSchedule: String, Codable, Hashable, Sendable, CaseIterable {
  /// Falls when the development metric does not improve.
  case plateau
  /// Stays the same.
  case constant
  /// Half a cosine wave from the rate to the minimum (Loshchilov and Hutter 2017, without restarts).
  case cosine
  /// A straight line from the rate to the minimum.
  case linear
  /// Is multiplied by `plateauFactor` every `scheduleEpochs` epochs.
  case step
}

extension TrainingOptions {
  /// The learning rate of a step, before reductions on plateaus.
  ///
  /// - Parameters:
  ///   - step: from 1, over all epochs.
  ///   - stepsPerEpoch: the number of updates in an epoch.
  package func scheduledLearningRate(step: Int, stepsPerEpoch: Int) -> Double {
    if step <= warmupSteps { return learningRate * Double(step) / Double(warmupSteps) }
    let total = epochs * stepsPerEpoch
    let progress = min(1, Double(step - 1 - warmupSteps) / Double(max(1, total - 1 - warmupSteps)))
    let floor = min(minimumLearningRate, learningRate)
    switch schedule {
    case .plateau, .constant: return learningRate
    case .cosine: return floor + (learningRate - floor) * (1 + cos(.pi * progress)) / 2
    case .linear: return floor + (learningRate - floor) * (1 - progress)
    case .step:
      let reductions = (step - 1) / stepsPerEpoch / scheduleEpochs
      return max(floor, learningRate * pow(plateauFactor, Double(reductions)))
    }
  }
}
