import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTraining

/// How good a way of training is: as many classifiers as folds, each measured on the fold that it has not
/// learned from.
public struct CrossValidation: Sendable {
  /// By number, from 1.
  public let folds: [Fold]
  /// By task, as the texts are ordered; a text without a label for a task is not among them.
  public let predictions: [OutOfFoldPrediction]
  /// The tasks with all their labels.
  public let tasks: [ClassificationTask]
  /// What reading met.
  public let reading: ReadingReport
  /// How many groups were kept whole, and the texts of the largest; nil where nothing was asked for.
  public let groups: (count: Int, largest: Int)?

  /// The classifier that was measured on one fold.
  public struct Fold: Sendable {
    /// From 1.
    public let number: Int
    /// How many texts it has.
    public let texts: Int
    /// What the classifier of the other folds reaches on it.
    public let report: EvaluationReport
    /// How that one was trained.
    public let record: TrainingRecord
  }

  /// A figure of a task over the folds that have labels for it; `nil` where none has.
  public func spread(ofTask name: String, _ figure: (TaskReport) -> Double) -> Spread? {
    let reports = folds.compactMap { $0.report.tasks.first { $0.name == name }?.report }
    return reports.isEmpty ? nil : Spread(reports.map(figure))
  }
}

/// What a classifier says of a labelled text that it has not learned from.
public struct OutOfFoldPrediction: Sendable {
  /// The number of the text, from 1, in the order of the data.
  public let text: Int
  /// Where it is.
  public let location: RecordLocation
  /// The number of its fold, from 1.
  public let fold: Int
  /// The task's name; empty where there is only one without a name.
  public let task: String
  /// The labels that it has: one, or any number of a multi-label task.
  public let labels: [String]
  /// The labels that it was given, likeliest first.
  public let predicted: [Classification.Candidate]
  /// [labels of the task] their probabilities.
  public let probabilities: [Float]
}
