/// A histogram of numbers in a known range, with their sums.
public struct Distribution: Codable, Hashable, Sendable {
  /// The number of values.
  public private(set) var count = 0
  /// The smallest value; 0 if there are none.
  public private(set) var minimum = 0.0
  /// The largest value; 0 if there are none.
  public private(set) var maximum = 0.0
  /// The sum of all values.
  public private(set) var sum = 0.0
  /// The sum of the squares of all values.
  public private(set) var sumOfSquares = 0.0
  /// The upper bound of each bin; the first bin begins at the range's lower bound.
  public let limits: [Double]
  /// The number of values in each bin. Values outside the range count in the first or last bin.
  public private(set) var counts: [Int]
  private let lower: Double

  private enum CodingKeys: String, CodingKey {
    case count, minimum, maximum, sum, sumOfSquares, limits, counts, lower
  }

  /// - Parameter binCount: the number of bins, all of equal width.
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
