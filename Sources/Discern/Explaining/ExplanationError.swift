import DiscernIO

/// Why there is no explanation.
public enum ExplanationError: Equatable, KnownFailure {
  /// The model has no task of that name.
  case unknownTask(name: String, known: [String])
  /// The task has no label of that name. The task's name is empty for a single unnamed task.
  case unknownLabel(name: String, task: String, known: [String])
  /// Nothing in the model computes attention.
  case noAttention(hasNetwork: Bool)

  public var kind: ErrorKind { .usage }

  public var description: String {
    switch self {
    case .unknownTask(let name, let known):
      "--task \(DisplayText.escaped(name)): the model has no such task"
        + NearestName.hint(for: name, among: known.filter { !$0.isEmpty })
    case .unknownLabel(let name, let task, let known):
      "--label \(DisplayText.escaped(name)): the model has no such label"
        + (task.isEmpty ? "" : " for the task “\(DisplayText.escaped(task))”")
        + NearestName.hint(for: name, among: known)
    case .noAttention(let hasNetwork):
      "--method attention: "
        + (hasNetwork ? "the model pools without attention" : "a model with only n-grams has no attention")
        + "; use --method gradients or --method occlusion"
    }
  }
}
