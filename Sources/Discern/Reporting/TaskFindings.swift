import DiscernEvaluation
import DiscernModels

/// The findings of a report on a task.
package struct TaskFindings: Sendable {
  package let task: ClassificationTask
  /// [labels] the thresholds used for a multi-label task.
  package let thresholds: [Float]?
  package let predictions: TaskPredictions
  package let report: TaskReport
  /// The figures, with intervals.
  package let figures: [MeasuredFigure]
  /// [texts] whether a text's labels are all right.
  package let isRight: [Bool]
  /// Accuracy by the number of tokens that were read.
  package let byLength: [TextGroup]
  /// Accuracy by the share of unknown words; empty for a model without a vocabulary.
  package let byUnknown: [TextGroup]
  /// Accuracy on texts that also occur, nearly occur, and do not occur in the training texts; empty if this
  /// was not examined.
  package let byOverlap: [TextGroup]
  package let wrongCount: Int
  /// Wrongly classified texts, those with the most confident answers first.
  package let surest: [ReportedText]
  /// Texts whose answer is closest to a different one.
  package let nearest: [ReportedText]
  package let suspicionCount: Int
  package let suspicions: [SuspectedText]
  /// The estimated share of labels that are wrong, 0...1.
  package let suspectedShare: Double

  /// The scores of a label, with whether it is true.
  package func scores(ofLabel label: Int) -> (scores: [Double], isTrue: [Bool]) {
    switch predictions {
    case .singleLabel(let predictions): return predictions.column(label)
    case .multiLabel(let predictions):
      let (scores, isTrue) = predictions.column(label)
      return (scores.map { Double($0) }, isTrue)
    }
  }
}
