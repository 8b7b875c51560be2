import Discern
import DiscernEvaluation
import DiscernModels
import DiscernTraining

/// A cross-validation as JSON: for a single task its figures, for several `{"tasks": {name: …}}`.
struct CrossValidationFigures: Encodable {
  private struct Fold: Encodable {
    let fold: Int
    let texts: Int
    let outcome: TrainingOutcome
    let figures: [String: Double]?
    let tasks: [String: [String: Double]]?
  }

  private let folds: [Fold]
  private let figures: [String: Spread]?
  private let tasks: [String: [String: Spread]]?

  init(_ result: CrossValidation) {
    let isOne = result.tasks.count == 1
    folds = result.folds.map { fold in
      let tasks = fold.report.tasks.map { ($0.name, Self.figures($0.report)) }
      return Fold(
        fold: fold.number, texts: fold.texts, outcome: fold.record.outcome,
        figures: isOne ? tasks.first?.1 : nil,
        tasks: isOne ? nil : Dictionary(tasks, uniquingKeysWith: { first, _ in first }))
    }
    let spreads = result.tasks.map { task in
      let figures = TaskReport.figures(task.thresholds != nil).compactMap { figure in
        result.spread(ofTask: task.name, figure.value).map { (figure.name, $0) }
      }
      return (task.name, Dictionary(figures, uniquingKeysWith: { first, _ in first }))
    }
    figures = isOne ? spreads.first?.1 : nil
    tasks = isOne ? nil : Dictionary(spreads, uniquingKeysWith: { first, _ in first })
  }

  private static func figures(_ report: TaskReport) -> [String: Double] {
    let figures = TaskReport.figures(report.isMultiLabel).map { ($0.name, $0.value(report)) }
    return Dictionary(figures, uniquingKeysWith: { first, _ in first })
  }
}
