import DiscernCorpus
import DiscernEvaluation
import DiscernIO

/// The errors that data and settings can cause in training.
public enum TrainingError: Equatable, KnownFailure {
  /// A setting is out of range.
  case invalidOption(name: String, value: String, expected: String)
  /// There are no training texts, or no development texts.
  case noTexts(part: String)
  /// No text of a part has a label for the task.
  case noLabels(part: String, task: String)
  /// The data has labels for a different number of tasks than the model.
  case wrongTargetCount(part: String, count: Int, expected: Int)
  /// Single labels are given for a multi-label task, or sets of labels for a single-label task.
  case wrongKind(part: String, task: String)
  /// A text, counted from 1, has a label that is not one of the `count` labels of the model's head, 0 to
  /// `count` − 1.
  case unknownLabel(part: String, text: Int, task: String, label: Int, count: Int)
  /// A text, counted from 1, has no tokens.
  case emptyText(part: String, text: Int)
  /// A text, counted from 1, has a word whose id is not in the model's vocabulary of `count` words.
  case unknownWord(part: String, text: Int, id: Int, count: Int)
  /// The number of class weights differs from that of labels (of tasks, if `task` is empty), or a weight is
  /// negative or not finite.
  case classWeights(task: String, count: Int, expected: Int)
  /// The development texts cannot be evaluated.
  case evaluation(EvaluationError)
  /// A setting names a task that the model does not have.
  case unknownTask(name: String, known: [String])
  /// The loss or a gradient was not finite for too many steps in a row, for a whole epoch or on the
  /// development texts, before any epoch was measured.
  case diverged(epoch: Int, step: Int)
  /// There is not enough memory.
  case memory(MemoryShortage)
  /// Packed texts can no longer be read.
  case shards(ShardError)
  /// A saved state does not belong to this run.
  case unusableState(reason: String)
  /// In distributed training, a process has different weights or texts from the first.
  case ranksDiffer(rank: Int, epoch: Int)
  /// Training was interrupted before any epoch was measured.
  case interrupted

  public var kind: ErrorKind {
    switch self {
    case .invalidOption, .unknownTask, .classWeights: .usage
    case .noTexts, .noLabels, .wrongTargetCount, .wrongKind, .unknownLabel, .emptyText, .unknownWord,
      .evaluation, .unusableState, .ranksDiffer:
      .badInput
    case .diverged: .diverged
    case .memory: .outOfMemory
    case .shards(let error): error.kind
    case .interrupted: .interrupted
    }
  }

  private static func of(_ task: String) -> String { task.isEmpty ? "" : " for the task “\(task)”" }

  public var description: String {
    switch self {
    case .invalidOption(let name, let value, let expected):
      "\(name) is \(value), expected \(expected)"
    case .noTexts(let part): "the \(part) data has no texts"
    case .noLabels(let part, let task):
      "no text of the \(part) data has a label\(Self.of(task))"
    case .wrongTargetCount(let part, let count, let expected):
      "the \(part) data has labels for \(count.counted("task")), the model has \(expected)"
    case .wrongKind(let part, let task):
      "the \(part) data\(Self.of(task)) has one label per text but the model any number, or the reverse"
    case .unknownLabel(let part, let text, let task, let label, let count):
      "text \(text) of the \(part) data has the label \(label)\(Self.of(task)), but the model has \(count): "
        + "0 to \(count - 1)"
    case .emptyText(let part, let text):
      "text \(text) of the \(part) data has no token; give it the id of <unk>, 1"
    case .unknownWord(let part, let text, let id, let count):
      "text \(text) of the \(part) data has the word \(id), but the model has \(count): 0 to \(count - 1)"
    case .classWeights(let task, let count, let expected):
      "there are \(count) class weights\(Self.of(task)), expected \(expected) non-negative numbers"
    case .evaluation(let error): "the development data cannot be evaluated: \(error)"
    case .unknownTask(let name, let known):
      "there is no task “\(name)”" + NearestName.hint(for: name, among: known.filter { !$0.isEmpty })
    case .diverged(let epoch, let step):
      "training diverged in epoch \(epoch), step \(step): the loss or its gradients were not finite in "
        + "this step and those before it; use a lower learning-rate or a smaller clip-norm"
    case .memory(let shortage): shortage.description
    case .shards(let error): error.description
    case .unusableState(let reason): "the training cannot be resumed: \(reason)"
    case .ranksDiffer(let rank, let epoch):
      "rank \(rank) has other weights or texts than rank 0 in epoch \(epoch); give all ranks the same "
        + "files, and the same kernels (DISCERN_KERNELS) on machines of several kinds"
    case .interrupted: "interrupted before the first epoch was complete: there is no model yet"
    }
  }
}
