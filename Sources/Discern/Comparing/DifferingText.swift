import DiscernCorpus
import DiscernEvaluation

/// A text to which models give different labels.
package struct DifferingText: Sendable {
  /// Empty for the only task.
  package let task: String
  package let location: RecordLocation
  package let text: String
  /// Those that it has.
  package let labels: [String]
  /// By model: the labels that it gave, likeliest first.
  package let predicted: [[Classification.Candidate]]
  /// By model: whether that is right.
  package let isRight: [Bool]
}
