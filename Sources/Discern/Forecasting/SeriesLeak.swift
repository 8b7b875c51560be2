import DiscernCorpus

/// A column whose value in a row reveals a target some rows later, and so cannot be known when the target is
/// forecast.
public struct SeriesLeak: Hashable, Sendable {
  /// The column that leaks.
  public let column: String
  /// The target that it reveals.
  public let target: String
  /// How many rows in advance the column reveals the target.
  public let lead: Int
  /// The correlation, −1 to 1.
  public let correlation: Double

  /// If a fit to a column leaves less than this share of a target's variance, and a hundred times less than a
  /// fit to the target's own past, the column cannot depend on the past alone.
  private static let leftOver = 1e-4
  private static let advantage = 100.0

  /// Finds the leaks in a table's rows.
  ///
  /// - Parameters:
  ///   - rows: the rows to examine.
  ///   - targets: the columns that are forecast.
  ///   - horizon: the number of rows that are forecast.
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

  /// The correlation of a column with a target `lead` rows later; 0 if one of them is constant.
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
