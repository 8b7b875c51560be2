/// A sign, at the end of an epoch, that training goes wrong.
public enum TrainingWarning: Sendable, Hashable {
  /// The root mean square of a weight's gradient, over its elements and the epoch's steps, is below 1e-8
  /// (Adam's ε, which from there on holds its steps back) and below a 100,000th of the largest one's.
  case vanishingGradient(parameter: String, rootMeanSquare: Double)
  /// The mean norm of a weight's gradient over the epoch's steps is above 100 before clipping, where a
  /// mean cross-entropy's is some few.
  case explodingGradient(parameter: String, norm: Double)
  /// At least 95 % of the development texts are given one label, which less than 95 % of them have, two
  /// epochs running or at the end.
  case oneClass(task: String = "", label: Int, predictedShare: Double, share: Double)
}
