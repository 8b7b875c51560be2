/// The distribution of the texts' numbers of tokens: exact below a limit, from which lengths are not
/// distinguished.
public struct TextLengths: Sendable, Equatable {
  /// Lengths from here on are no longer distinguished.
  public static let limit = 4096

  /// [limit + 1] the number of texts by length; empty until there is a text.
  private var counts: [Int] = []
  /// The number of texts, including empty ones.
  public private(set) var textCount = 0
  /// The total number of tokens.
  public private(set) var tokenCount = 0

  /// No texts yet.
  public init() {}

  /// Counts a text of this many tokens.
  public mutating func add(_ length: Int) {
    if counts.isEmpty { counts = [Int](repeating: 0, count: Self.limit + 1) }
    counts[min(max(0, length), Self.limit)] += 1
    textCount += 1
    tokenCount += length
  }

  /// Adds the texts of another distribution.
  public mutating func merge(_ other: TextLengths) {
    if counts.isEmpty {
      counts = other.counts
    } else {
      for (length, count) in other.counts.enumerated() { counts[length] += count }
    }
    textCount += other.textCount
    tokenCount += other.tokenCount
  }

  /// The mean length; 0 without texts.
  public var mean: Double { textCount == 0 ? 0 : Double(tokenCount) / Double(textCount) }

  /// The smallest length that at least this share of the texts does not exceed; 0 without texts.
  ///
  /// - Parameter share: 0 to 1.
  public func quantile(_ share: Double) -> Int {
    let wanted = share * Double(textCount)
    var seen = 0
    for (length, count) in counts.enumerated() {
      seen += count
      if count > 0, Double(seen) >= wanted { return length }
    }
    return 0
  }
}
