import Discern
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernSystem

/// A labelled text with the labels that a model gave it, as an entry of a list: a row of a table, or a JSON
/// object.
struct JudgedText {
  private let location: RecordLocation
  /// The task's name.
  let task: String
  private let labels: [String]
  private let predicted: [Classification.Candidate]
  /// Facts that only some lists have: its number, its fold, the probabilities of all labels.
  private var number: Int?
  private var fold: Int?
  private var probabilities: [Float]?
  private var text: String?

  init(_ wrong: WrongText) {
    (location, task, labels, predicted) = (wrong.location, wrong.task, wrong.labels, wrong.predicted)
    text = wrong.text
  }

  init(_ prediction: OutOfFoldPrediction) {
    (location, task) = (prediction.location, prediction.task)
    (labels, predicted) = (prediction.labels, prediction.predicted)
    (number, fold, probabilities) = (prediction.text, prediction.fold, prediction.probabilities)
  }

  /// A column of a table.
  enum Column: String {
    case number = "text"
    case file, line, fold, task
    case labels = "true"
    case predicted, probability
    case wording

    var name: String { self == .wording ? "text" : rawValue }

    /// The columns for texts that a model classified wrongly.
    static let ofWrong: [Column] = [.file, .line, .task, .labels, .predicted, .probability, .wording]
    /// The columns for predictions on texts on which the model was not trained.
    static let ofFolds: [Column] = [
      .number, .file, .line, .fold, .task, .labels, .predicted, .probability,
    ]
  }

  /// A field of a table's row.
  func field(_ column: Column, of task: ClassificationTask) -> String {
    let separator = TabSeparated.labelSeparator(task)
    return switch column {
    case .number: number.map { "\($0)" } ?? ""
    case .file: location.path
    case .line: location.line > 0 ? "\(location.line)" : ""
    case .fold: fold.map { "\($0)" } ?? ""
    case .task: task.name
    case .labels: labels.joined(separator: separator)
    case .predicted: predicted.map(\.label).joined(separator: separator)
    case .probability:
      predicted.map { String(format: "%.4f", $0.probability) }.joined(separator: separator)
    case .wording: text ?? ""
    }
  }

  /// An object on one line. A text's labels are a list in a multi-label task; `line` is left out if the whole
  /// file is the text.
  func json(of task: ClassificationTask, hasTasks: Bool) -> String {
    var members = [("file", JSONText.string(location.path))]
    if location.line > 0 { members.append(("line", "\(location.line)")) }
    if hasTasks { members.append(("task", JSONText.string(task.name))) }
    if let fold { members.append(("fold", "\(fold)")) }
    if let number { members.append(("text", "\(number)")) }
    if let text { members.append(("text", JSONText.string(text))) }
    let given = predicted.map { JSONText.string($0.label) }
    let own = labels.map(JSONText.string)
    let numbers = predicted.map { JSONText.number($0.probability) }
    switch task.decision {
    case .likeliest:
      members += [("true", own.first ?? "null"), ("predicted", given.first ?? "null")]
      if probabilities == nil { members.append(("probability", numbers.first ?? "null")) }
    case .thresholds:
      members += [("true", JSONText.list(own)), ("predicted", JSONText.list(given))]
      if probabilities == nil { members.append(("probabilities", JSONText.list(numbers))) }
    }
    if let probabilities {
      let all = zip(task.labels.names, probabilities).map { (key: $0, value: JSONText.number($1)) }
      members.append(("probabilities", JSONText.object(all)))
    }
    return JSONText.object(members.map { (key: $0.0, value: $0.1) })
  }
}
