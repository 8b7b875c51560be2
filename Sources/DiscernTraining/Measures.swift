import DiscernModels

/// A model's measurements on development data after an epoch.
package struct Measures: Sendable {
  /// The score by which epochs are selected; higher is better.
  package let score: Double
  /// Decides between equal scores.
  package let scoreLoss: Double
  /// The reported loss.
  package let loss: Double
  /// The accuracy; nil for a model that chooses no labels.
  package let accuracy: Double?
  package let macroF1: Double?
  package let microF1: Double?
  /// The figures of each task if there are several.
  package let tasks: [TaskScores]?
  /// The predictions of single-label tasks; a model that gives all examples the same label causes a warning.
  package let choices: [Choices]
  /// The distributions of states and attention, by name, if requested.
  package let distributions: [String: Distribution]?

  /// The predicted and the true labels of a task's examples.
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
