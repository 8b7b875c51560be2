extension Weights {
  /// Gives every column of a table mean 0 and deviation 1, with ids weighted by how often they occur, so that
  /// a perturbation's norm has the same meaning whatever scale the vectors had (Miyato et al. 2017, eq. 1). A
  /// row of padding stays zeros.
  ///
  /// - Parameters:
  ///   - parts: a table whose rows are added to this one's, and change their scale with it.
  ///   - counts: [V] occurrences of each id.
  /// - Returns: by column, the offset that was subtracted and the factor then applied; `nil` if no id occurs.
  @discardableResult
  package func standardize(
    _ table: EmbeddingTable, with parts: EmbeddingTable? = nil, counts: [Int]
  ) -> (means: [Double], scales: [Double])? {
    precondition(counts.count == table.rowCount, "\(counts.count) counts for \(table.rowCount) rows")
    let (values, size) = (self[table], table.columnCount)
    let ids = (table.hasPadding ? 1 : 0)..<table.rowCount
    let total = Double(ids.reduce(0) { $0 + counts[$1] })
    guard total > 0 else { return nil }
    var means = [Double](repeating: 0, count: size)
    var variances = means
    for id in ids where counts[id] > 0 {
      let (share, row) = (Double(counts[id]) / total, values.row(id))
      for j in 0..<size { means[j] += share * Double(row[j]) }
    }
    for id in ids where counts[id] > 0 {
      let (share, row) = (Double(counts[id]) / total, values.row(id))
      for j in 0..<size {
        let distance = Double(row[j]) - means[j]
        variances[j] += share * distance * distance
      }
    }
    let scales = variances.map { $0 > 0 ? 1 / $0.squareRoot() : 1 }
    for id in ids {
      let row = values.row(id)
      for j in 0..<size { row[j] = Float((Double(row[j]) - means[j]) * scales[j]) }
    }
    if let parts {
      for id in 0..<parts.rowCount {
        let row = self[parts].row(id)
        for j in 0..<size { row[j] = Float(Double(row[j]) * scales[j]) }
      }
    }
    didChange()
    return (means, scales)
  }
}
