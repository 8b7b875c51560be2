import DiscernCorpus

/// Detects tables in which each row is a series, whereas rows should be time steps.
enum SeriesOrder {
  /// The maximum number of columns examined, to limit the cost.
  private static let columnLimit = 60
  private static let distanceLimit = 10
  /// Fewer rows are inconclusive.
  private static let rowMinimum = 30
  /// Beyond this many deviations, rows or columns count as related.
  private static let memory = 4.0
  private static let relation = 8.0

  /// Whether rows do not predict later rows although the columns of a row predict each other.
  ///
  /// If nothing is related, a sum of squared correlations, multiplied by the number of rows, is about the
  /// number of its terms.
  ///
  /// - Parameter rows: the rows to examine.
  /// - Cost: rows × columns × 10.
  static func looksExchanged(_ table: SeriesTable, rows: Range<Int>) -> Bool {
    let columns = min(table.names.count, columnLimit)
    guard columns >= 3, rows.count >= rowMinimum, table.times.isEmpty, table.seriesStarts.count == 1 else {
      return false
    }
    /// The number of standard deviations above the expectation for unrelated columns.
    func excess(_ pairs: [(Int, Int)], lead: Int) -> Double {
      let sum = pairs.reduce(0) { sum, pair in
        let own = SeriesLeak.correlation(table, rows, pair.0, pair.1, lead)
        return sum + own * own * Double(rows.count - lead)
      }
      return (sum - Double(pairs.count)) / (2 * Double(pairs.count)).squareRoot()
    }
    let inTime = (1...distanceLimit).map { lead in excess((0..<columns).map { ($0, $0) }, lead: lead) }
    if inTime.contains(where: { $0 > memory }) { return false }
    return (1...min(distanceLimit, columns - 1)).contains { distance in
      excess((0..<columns - distance).map { ($0, $0 + distance) }, lead: 0) > relation
    }
  }
}
