import DiscernIO

/// The errors that outside data can cause in a model.
public enum ModelError: Equatable, KnownFailure {
  /// A configuration value is out of range.
  case invalidConfiguration(name: String, value: String, expected: String)
  /// A weight of the network is missing.
  case missingWeight(name: String)
  /// A weight does not belong to the network.
  case unexpectedWeight(name: String)
  /// A weight's shape differs from the network's.
  case wrongShape(name: String, expected: [Int], got: [Int])
  /// A weight is infinite or not a number.
  case nonFiniteWeight(name: String, index: Int)
  /// A running statistic has a value that training cannot produce.
  case impossibleStatistic(name: String, index: Int, value: Float, expected: String)

  /// Two neighbouring 8-bit weights are so large that their products could overflow.
  case unsafePair(name: String, row: Int)

  public var kind: ErrorKind {
    switch self {
    case .invalidConfiguration: .usage
    case .missingWeight, .unexpectedWeight, .wrongShape, .nonFiniteWeight, .impossibleStatistic, .unsafePair:
      .incompatibleModel
    }
  }

  public var description: String {
    switch self {
    case .invalidConfiguration(let name, let value, let expected):
      "\(name) is \(value), expected \(expected)"
    case .missingWeight(let name): "the weights lack \(name)"
    case .unexpectedWeight(let name): "the weights contain \(name), which this model does not have"
    case .wrongShape(let name, let expected, let got):
      "the weight \(name) has shape \(got), expected \(expected)"
    case .nonFiniteWeight(let name, let index): "the weight \(name) is not finite at index \(index)"
    case .impossibleStatistic(let name, let index, let value, let expected):
      "the number \(name) is \(value) at index \(index), expected \(expected)"
    case .unsafePair(let name, let row):
      "the weight \(name) has a pair in row \(row) whose sum exceeds 128; discern quantize makes none"
    }
  }
}
