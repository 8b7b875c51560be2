/// Which tokens of a text that is too long are kept.
public enum Truncation: String, Codable, CaseIterable, Sendable {
  /// The first ones.
  case head
  /// The last ones.
  case tail
  /// The first half (the larger one, where the limit is odd) and the last.
  case headTail = "head+tail"

  /// The tokens that stay of `count` under `limit`: first those of one range, then those of the other.
  public func kept(count: Int, limit: Int) -> (Range<Int>, Range<Int>) {
    guard count > limit else { return (0..<count, count..<count) }
    switch self {
    case .head: return (0..<limit, count..<count)
    case .tail: return (count - limit..<count, count..<count)
    case .headTail:
      let last = limit / 2
      return (0..<limit - last, count - last..<count)
    }
  }
}
