import DiscernIO

/// Why models or runs cannot be compared.
public enum ComparisonError: KnownFailure, Equatable {
  /// A file cannot be read.
  case input(InputError)
  /// The path is neither a model nor the log of a training run.
  case neither(path: String)
  /// A line is not part of any training log.
  case notALog(path: String, line: Int, reason: String)
  /// The log is from training something other than a classifier.
  case otherTraining(path: String, what: String)
  /// A log cannot classify texts; a model is needed.
  case needsModel(path: String)
  /// The two models have different tasks.
  case differentTasks(first: String, firstTasks: [String], second: String, secondTasks: [String])
  /// One model gives a text exactly one label, another any number.
  case differentDecisions(task: String, oneLabel: String, anyNumber: String)
  /// The two models have different labels.
  case differentLabels(
    task: String, first: String, onlyFirst: [String], second: String, onlySecond: [String])
  /// The data changed before the second model was measured.
  case dataChanged

  public var kind: ErrorKind {
    switch self {
    case .input(let error): error.kind
    case .neither, .notALog, .otherTraining, .dataChanged: .badInput
    case .needsModel, .differentTasks, .differentDecisions, .differentLabels: .usage
    }
  }

  public var description: String {
    switch self {
    case .input(let error): error.description
    case .neither(let path):
      "\(path): is neither a model nor a training log; give a model folder, a file made by discern pack, or "
        + "a log of train --json-log"
    case .notALog(let path, let line, let reason):
      "\(path):\(line): is not a line of a training log: \(reason)"
    case .otherTraining(let path, let what):
      "\(path): is the training log of \(what); give that of a classifier (train --json-log)"
    case .needsModel(let path):
      "\(path): is a training log, which cannot classify texts; give its model, or leave out --data"
    case .differentTasks(let first, let firstTasks, let second, let secondTasks):
      "\(first) has the tasks \(Self.list(firstTasks)), \(second) has \(Self.list(secondTasks)); compare "
        + "models of the same tasks, or name common ones with --task"
    case .differentDecisions(let task, let oneLabel, let anyNumber):
      "\(oneLabel) gives each text one label\(Self.place(task)), \(anyNumber) any number of them; only "
        + "models of the same kind can be compared"
    case .differentLabels(let task, let first, let onlyFirst, let second, let onlySecond):
      "\(first) and \(second) have different labels\(Self.place(task)): "
        + [(first, onlyFirst), (second, onlySecond)].filter { !$0.1.isEmpty }
        .map { "only \($0.0) has \(Self.list($0.1))" }.joined(separator: ", ")
        + "; compare models that were trained on the same labels"
    case .dataChanged: "the data changed while it was read; evaluate again when nothing writes to it"
    }
  }

  private static func place(_ task: String) -> String { task.isEmpty ? "" : " in the task “\(task)”" }

  private static func list(_ names: [String]) -> String {
    names.prefix(5).map { "“\(DisplayText.cut(DisplayText.escaped($0), to: 40))”" }.joined(separator: ", ")
      + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}
