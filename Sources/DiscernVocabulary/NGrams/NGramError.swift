import DiscernIO

/// A problem with the choice of n-grams or with the file of a model's n-grams.
public enum NGramError: Equatable, KnownFailure {
  /// An option is out of range.
  case invalidOption(name: String, value: String, expected: String)
  /// The first line is not that of a file of n-grams.
  case notNGrams(path: String, found: String)
  /// A line is not as this program writes it.
  case badLine(path: String, line: Int, reason: String)
  /// The number of n-grams differs from that in the first line.
  case wrongCount(path: String, expected: Int, found: Int)

  public var kind: ErrorKind {
    switch self {
    case .invalidOption: .usage
    case .notNGrams, .badLine, .wrongCount: .incompatibleModel
    }
  }

  public var description: String {
    switch self {
    case .invalidOption(let name, let value, let expected):
      "\(name) is \(value), expected \(expected)"
    case .notNGrams(let path, let found):
      "\(path):1: expected the first line of a file of n-grams, found “\(DisplayText.cut(found, to: 60))”"
    case .badLine(let path, let line, let reason):
      "\(path):\(line): \(reason); train the model again, or copy the file again"
    case .wrongCount(let path, let expected, let found):
      "\(path): has \(found.counted("n-gram")), but its first line says \(expected); train the model again, "
        + "or copy the file again"
    }
  }
}
