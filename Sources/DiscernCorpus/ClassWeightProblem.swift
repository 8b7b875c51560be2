import DiscernIO

/// The reason why a line of a file of class weights cannot be used.
public enum ClassWeightProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is no tab between label and weight.
  case noTab
  /// The texts have no such label.
  case unknownLabel(String, known: [String])
  /// The label already has a weight.
  case repeated(label: String, firstLine: Int)
  /// The weight is not a finite number of 0 or above.
  case badWeight(String)

  public var description: String {
    switch self {
    case .noTab: "expected a label, a tab and its weight"
    case .unknownLabel(let label, let known):
      "the label “\(label)” is not one of the training data's" + NearestName.hint(for: label, among: known)
    case .repeated(let label, let line): "the label “\(label)” is already in line \(line)"
    case .badWeight(let weight): "the weight is “\(weight)”, expected a non-negative number"
    }
  }
}
