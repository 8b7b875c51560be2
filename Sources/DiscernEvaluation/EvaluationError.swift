import DiscernIO

/// A problem with the predictions or labels given to an evaluation.
///
/// Rows and columns are counted from 0, as in the given arrays.
public enum EvaluationError: Sendable, Equatable, KnownFailure {
  /// There are no examples, so that no figure is defined.
  case noExamples
  /// There are no classes.
  case noClasses
  /// The flat array of probabilities is not examples × classes long.
  case probabilityCount(expected: Int, got: Int)
  /// The number of predicted labels differs from that of true labels.
  case labelCount(expected: Int, got: Int)
  /// A label is not in `0..<classCount`.
  case labelOutOfRange(row: Int, label: Int, classCount: Int)
  /// A probability is NaN, infinite, below 0 or above 1.
  case probabilityOutOfRange(row: Int, column: Int, value: Double)
  /// The probabilities of a row do not sum to one.
  case probabilitySum(row: Int, sum: Double)

  public var kind: ErrorKind { .badInput }

  /// Whether the error is in the probabilities, such as those of a diverged model, and not in the data.
  package var isOfProbabilities: Bool {
    switch self {
    case .probabilityOutOfRange, .probabilitySum: true
    case .noExamples, .noClasses, .probabilityCount, .labelCount, .labelOutOfRange: false
    }
  }

  public var description: String {
    switch self {
    case .noExamples:
      return "there is nothing to evaluate: the data contains no labelled example"
    case .noClasses:
      return "there is nothing to evaluate: the model has no labels"
    case .probabilityCount(let expected, let got):
      return "expected \(expected) probabilities (examples × classes), got \(got)"
    case .labelCount(let expected, let got):
      return "expected \(expected) predicted labels, one for each true label, got \(got)"
    case .labelOutOfRange(let row, let label, let classCount):
      return "example \(row) has label \(label), but labels go from 0 to \(classCount - 1)"
    case .probabilityOutOfRange(let row, let column, let value):
      return "example \(row) has probability \(value) for class \(column); it must be between 0 and 1"
    case .probabilitySum(let row, let sum):
      return "the probabilities of example \(row) sum to \(sum) instead of 1"
    }
  }
}
