import DiscernCorpus

/// Looks for tables that have a series in each row, where rows are taken for times.
enum SeriesOrder {
  /// Columns, and rows that they are apart, that are looked at, so that cost stays small.
  private static let columnLimit = 60
  private static let distanceLimit = 10
  /// Fewer rows say too little.
  private static let rowMinimum = 30
  /// Beyond so many deviations there is a relation in time, and between columns.
  private static let memory = 4.0
  private static let relation = 8.0

  /// Whether rows say nothing of those behind them although columns of a row do of one another.
  ///
  /// Sums of squared correlations, times the number of rows, are about as large as the number of their terms
  /// where nothing is related.
  ///
  /// - Parameter rows: that may be looked at.
  /// - Cost: rows × columns × 10.
  static func looksExchanged(_ table: SeriesTable, rows: Range<Int>) -> Bool {
    let columns = min(table.names.count, columnLimit)
    guard columns >= 3, rows.count >= rowMinimum, table.times.isEmpty, table.seriesStarts.count == 1 else {
      return false
    }
    /// Deviations from what unrelated columns have.
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
