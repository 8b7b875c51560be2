import DiscernModels

/// A model's measurements on development data after an epoch.
package struct Measures: Sendable {
  /// The score by which epochs are selected; higher is better.
  package let score: Double
  /// Decides between equal scores.
  package let scoreLoss: Double
  /// The loss that is reported.
  package let loss: Double
  /// The accuracy of a model that chooses labels.
  package let accuracy: Double?
  package let macroF1: Double?
  package let microF1: Double?
  /// The figures of each task where there are several.
  package let tasks: [TaskScores]?
  /// Of the tasks in which each example gets one label; a model that gives all the same label causes a
  /// warning.
  package let choices: [Choices]
  /// Of states and attention, by name, if requested.
  package let distributions: [String: Distribution]?

  /// The labels that a task's examples were given, and their own.
  package struct Choices: Sendable {
    package let task: String
    package let predicted: [Int32]
    package let labels: [Int32]
  }

  /// - Parameter scoreLoss: nil: the loss.
  package init(
    score: Double, scoreLoss: Double? = nil, loss: Double, accuracy: Double? = nil, macroF1: Double? = nil,
    microF1: Double? = nil, tasks: [TaskScores]? = nil, choices: [Choices] = [],
    distributions: [String: Distribution]? = nil
  ) {
    self.score = score
    self.scoreLoss = scoreLoss ?? loss
    self.loss = loss
    self.accuracy = accuracy
    self.macroF1 = macroF1
    self.microF1 = microF1
    self.tasks = tasks
    self.choices = choices
    self.distributions = distributions
  }
}
