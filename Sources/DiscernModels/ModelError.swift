import DiscernIO

/// What outside data can get wrong about a model.
public enum ModelError: Equatable, KnownFailure {
  /// A choice of the configuration is out of its range.
  case invalidConfiguration(name: String, value: String, expected: String)
  /// A weight of the network is missing.
  case missingWeight(name: String)
  /// There is a weight that the network does not have.
  case unexpectedWeight(name: String)
  /// A weight has another shape than in the network.
  case wrongShape(name: String, expected: [Int], got: [Int])
  /// A weight is infinite or not a number.
  case nonFiniteWeight(name: String, index: Int)
  /// A running statistic that no training can have come to.
  case impossibleStatistic(name: String, index: Int, value: Float, expected: String)

  /// Two weights of 8 bits side by side that are larger together than their products may be.
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
    case .unexpectedWeight(let name): "the weights hold \(name), which this model does not have"
    case .wrongShape(let name, let expected, let got):
      "the weight \(name) has shape \(got), expected \(expected)"
    case .nonFiniteWeight(let name, let index): "the weight \(name) is not finite at index \(index)"
    case .impossibleStatistic(let name, let index, let value, let expected):
      "the number \(name) is \(value) at index \(index), expected \(expected)"
    case .unsafePair(let name, let row):
      "the weight \(name) has a pair in row \(row) that comes to more than 128; discern quantize makes none"
    }
  }
}
