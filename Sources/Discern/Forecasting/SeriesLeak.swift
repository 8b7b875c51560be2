import DiscernCorpus

/// A column whose value at a row says what a target is some rows later: it cannot be known when that is to be
/// forecast.
public struct SeriesLeak: Hashable, Sendable {
  /// The column that is read.
  public let column: String
  /// What it says beforehand.
  public let target: String
  /// So many rows beforehand.
  public let lead: Int
  /// The correlation, −1 to 1.
  public let correlation: Double

  /// A line that leaves so little of a target's variance, and so much less than its own past does, is no
  /// knowledge of what is before.
  private static let leftOver = 1e-4
  private static let advantage = 100.0

  /// Leaks of a table's rows.
  ///
  /// - Parameters:
  ///   - rows: that may be looked at.
  ///   - targets: columns that are forecast.
  ///   - horizon: rows that are forecast.
  /// - Cost: rows × columns × targets × horizon.
  static func find(_ table: SeriesTable, rows: Range<Int>, targets: [Int], horizon: Int) -> [SeriesLeak] {
    var leaks: [SeriesLeak] = []
    for target in targets {
      for column in table.names.indices where column != target {
        for lead in 1...horizon where rows.count - lead > 2 {
          let own = correlation(table, rows, column, target, lead)
          let left = 1 - own * own
          guard left < leftOver else { continue }
          let past = correlation(table, rows, target, target, lead)
          guard left * advantage < 1 - past * past else { continue }
          leaks.append(
            SeriesLeak(
              column: table.names[column], target: table.names[target], lead: lead, correlation: own))
          break
        }
      }
    }
    return leaks
  }

  /// Of a column with a target so many rows later, 0 for the same row; 0 where one of them never changes.
  static func correlation(
    _ table: SeriesTable, _ rows: Range<Int>, _ column: Int, _ target: Int, _ lead: Int
  ) -> Double {
    var (count, meanX, meanY, xx, yy, xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for segment in table.segments {
      let own = segment.clamped(to: rows)
      for row in own.lowerBound..<max(own.lowerBound, own.upperBound - lead) {
        let x = Double(table.value(row: row, column: column))
        let y = Double(table.value(row: row + lead, column: target))
        count += 1
        let (beforeX, beforeY) = (x - meanX, y - meanY)
        meanX += beforeX / count
        meanY += beforeY / count
        xx += beforeX * (x - meanX)
        yy += beforeY * (y - meanY)
        xy += beforeX * (y - meanY)
      }
    }
    return xx > 0 && yy > 0 ? max(-1, min(1, xy / (xx.squareRoot() * yy.squareRoot()))) : 0
  }
}
