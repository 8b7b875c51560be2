import DiscernCorpus
import DiscernIO

/// What outside data can get wrong about training.
public enum TrainingError: Equatable, KnownFailure {
  case invalidOption(name: String, value: String, expected: String)
  /// No texts to learn from, or to measure on.
  case noTexts(part: String)
  /// Not one text of a part has a label for the task.
  case noLabels(part: String, task: String)
  /// A choice is made for a task that the model does not have.
  case unknownTask(name: String, known: [String])
  /// The loss or a gradient stopped being a number before any epoch was complete.
  case diverged(epoch: Int, step: Int)
  case memory(MemoryShortage)
  /// Asked to end before any epoch was judged.
  case interrupted

  public var kind: ErrorKind {
    switch self {
    case .invalidOption, .unknownTask: .usage
    case .noTexts, .noLabels: .badInput
    case .diverged: .diverged
    case .memory: .outOfMemory
    case .interrupted: .interrupted
    }
  }

  public var description: String {
    switch self {
    case .invalidOption(let name, let value, let expected):
      "\(name) is \(value), expected \(expected)"
    case .noTexts(let part): "the \(part) data has no texts"
    case .noLabels(let part, let task):
      "no text of the \(part) data has a label" + (task.isEmpty ? "" : " for the task “\(task)”")
    case .unknownTask(let name, let known):
      "there is no task “\(name)”" + NearestName.hint(for: name, among: known.filter { !$0.isEmpty })
    case .diverged(let epoch, let step):
      "training diverged in epoch \(epoch), step \(step): the loss is not a number; use a lower "
        + "learning-rate "
        + "or a smaller clip-norm"
    case .memory(let shortage): shortage.description
    case .interrupted: "interrupted before an epoch was complete: there is no model yet"
    }
  }
}
