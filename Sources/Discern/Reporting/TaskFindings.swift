import DiscernEvaluation
import DiscernModels

/// What a report says of a task.
package struct TaskFindings: Sendable {
  package let task: ClassificationTask
  /// [labels] of a multi-label task: those that were measured at.
  package let thresholds: [Float]?
  package let predictions: TaskPredictions
  package let report: TaskReport
  /// With intervals.
  package let figures: [MeasuredFigure]
  /// [texts] wholly right.
  package let isRight: [Bool]
  /// Accuracy by the number of tokens that were read.
  package let byLength: [TextGroup]
  /// Accuracy by the share of unknown words; empty for a model without a vocabulary.
  package let byUnknown: [TextGroup]
  /// Accuracy on texts that are in the training part too, nearly, and not; empty if that was not looked at.
  package let byOverlap: [TextGroup]
  package let wrongCount: Int
  /// Wrong texts of which the model was surest first.
  package let surest: [ReportedText]
  /// Texts whose answer is nearest to another one.
  package let nearest: [ReportedText]
  package let suspicionCount: Int
  package let suspicions: [SuspectedText]
  /// The estimated share of labels that are wrong, 0...1.
  package let suspectedShare: Double

  /// The scores of a label beside whether it holds.
  package func scores(ofLabel label: Int) -> (scores: [Double], isTrue: [Bool]) {
    switch predictions {
    case .singleLabel(let predictions): return predictions.column(label)
    case .multiLabel(let predictions):
      let (scores, isTrue) = predictions.column(label)
      return (scores.map { Double($0) }, isTrue)
    }
  }
}
