import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTraining

/// The results of cross-validation: for each fold, a classifier was trained on the other folds and measured
/// on this one.
public struct CrossValidation: Sendable {
  /// The folds, ordered by number.
  public let folds: [Fold]
  /// By task, in the texts' order; texts without a label for a task are left out.
  public let predictions: [OutOfFoldPrediction]
  /// The tasks with all their labels.
  public let tasks: [ClassificationTask]
  /// The report on reading the texts.
  public let reading: ReadingReport
  /// The number of groups that were kept together, and the number of texts in the largest; nil if no grouping
  /// was requested.
  public let groups: (count: Int, largest: Int)?

  /// The classifier that was measured on one fold.
  public struct Fold: Sendable {
    /// From 1.
    public let number: Int
    /// The number of its texts.
    public let texts: Int
    /// The results on this fold of the classifier trained on the other folds.
    public let report: EvaluationReport
    /// How that classifier was trained.
    public let record: TrainingRecord
  }

  /// The spread of a task's figure over the folds that have labels for it; nil if no fold has any.
  public func spread(ofTask name: String, _ figure: (TaskReport) -> Double) -> Spread? {
    let reports = folds.compactMap { $0.report.tasks.first { $0.name == name }?.report }
    return reports.isEmpty ? nil : Spread(reports.map(figure))
  }
}

/// A classifier's answer for a labelled text on which it was not trained.
public struct OutOfFoldPrediction: Sendable {
  /// The number of the text, from 1, in the order of the data.
  public let text: Int
  /// The text's place in the data.
  public let location: RecordLocation
  /// The number of its fold, from 1.
  public let fold: Int
  /// The task's name; empty for a single unnamed task.
  public let task: String
  /// The text's true labels: one, or any number for a multi-label task.
  public let labels: [String]
  /// The labels given by the classifier, most probable first.
  public let predicted: [Classification.Candidate]
  /// The probabilities of the task's labels [labels].
  public let probabilities: [Float]
}
