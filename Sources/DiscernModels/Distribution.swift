/// How numbers of a known range are distributed.
public struct Distribution: Codable, Hashable, Sendable {
  /// How many numbers there are.
  public private(set) var count = 0
  /// The least; 0 where there are none.
  public private(set) var minimum = 0.0
  /// The greatest; 0 where there are none.
  public private(set) var maximum = 0.0
  /// Of all numbers.
  public private(set) var sum = 0.0
  /// Of the squares of all numbers.
  public private(set) var sumOfSquares = 0.0
  /// The upper end of each bin; the first begins where the range does.
  public let limits: [Double]
  /// How many numbers each bin has. What lies outside of the range counts in the first or last.
  public private(set) var counts: [Int]
  private let lower: Double

  private enum CodingKeys: String, CodingKey {
    case count, minimum, maximum, sum, sumOfSquares, limits, counts, lower
  }

  /// - Parameter binCount: bins of equal width.
  package init(_ range: ClosedRange<Double>, binCount: Int) {
    lower = range.lowerBound
    let width = (range.upperBound - range.lowerBound) / Double(binCount)
    limits = (1...binCount).map { range.lowerBound + width * Double($0) }
    counts = Array(repeating: 0, count: binCount)
  }

  package mutating func add(_ value: Double) {
    minimum = count == 0 ? value : min(minimum, value)
    maximum = count == 0 ? value : max(maximum, value)
    count += 1
    sum += value
    sumOfSquares += value * value
    let share = (value - lower) / (limits[limits.count - 1] - lower) * Double(counts.count)
    counts[Int(min(max(share, 0), Double(counts.count - 1)))] += 1
  }
}
