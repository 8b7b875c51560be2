/// How often a training run saves its state to disk.
public enum CheckpointInterval: Sendable, Hashable, CustomStringConvertible {
  /// Each time this many seconds have passed.
  case seconds(Double)
  /// After every given number of steps.
  case steps(Int)

  /// Parses `90s`, `10m`, `2h` or `500steps`; nil for anything else.
  public init?(_ text: String) {
    let digits = text.prefix { "0123456789.".contains($0) }
    guard let number = Double(digits), number.isFinite, number > 0, number < 1e9 else { return nil }
    switch text.dropFirst(digits.count) {
    case "s": self = .seconds(number)
    case "m": self = .seconds(60 * number)
    case "h": self = .seconds(3600 * number)
    case "step" where digits == "1": self = .steps(1)
    case "steps":
      guard let count = Int(digits), count > 0 else { return nil }
      self = .steps(count)
    default: return nil
    }
  }

  /// The accepted forms, for messages.
  public static let expected = "a time such as 90s, 10m or 2h, or a number of steps such as 500steps"

  public var description: String {
    switch self {
    case .seconds(let seconds): "\(seconds)s"
    case .steps(let count): "\(count)steps"
    }
  }
}
