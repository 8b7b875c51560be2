import DiscernCorpus
import DiscernEvaluation

/// A text to which models give different labels.
package struct DifferingText: Sendable {
  /// Empty for the only task.
  package let task: String
  package let location: RecordLocation
  package let text: String
  /// The text's true labels.
  package let labels: [String]
  /// By model: the labels that it gave, most probable first.
  package let predicted: [[Classification.Candidate]]
  /// By model: whether its answer is right.
  package let isRight: [Bool]
}
