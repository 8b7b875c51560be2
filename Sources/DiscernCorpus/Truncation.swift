/// The choice of the tokens that are kept of a text that is too long.
public enum Truncation: String, Codable, CaseIterable, Sendable {
  /// The first ones.
  case head
  /// The last ones.
  case tail
  /// Tokens from both ends: half of the limit (if it is odd, the larger half) from the beginning, half from
  /// the end.
  case headTail = "head+tail"

  /// The tokens that are kept of `count` under `limit`: the first range, followed by the second.
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
