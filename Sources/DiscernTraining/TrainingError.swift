/// What outside data can get wrong about training.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  case invalidOption(name: String, value: String, expected: String)
  /// No texts to learn from, or to measure on.
  case noTexts(part: String)
  /// The loss or a gradient stopped being a number before any epoch was complete.
  case diverged(epoch: Int, step: Int)

  public var description: String {
    switch self {
    case .invalidOption(let name, let value, let expected):
      "the \(name) is \(value), expected \(expected)"
    case .noTexts(let part): "the \(part) data has no texts"
    case .diverged(let epoch, let step):
      "training diverged in epoch \(epoch), step \(step): the loss is not a number; use a lower learning "
        + "rate or a smaller clip norm"
    }
  }
}
