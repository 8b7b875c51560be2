import DiscernIO

/// Labelled texts in folds.
package struct TextFolds: Sendable {
  /// [texts] the fold of each, from 0.
  package let numbers: [Int32]
  /// The number of groups that were kept together, and of texts in the largest; nil if none were requested.
  package let groups: (count: Int, largest: Int)?

  /// The number of texts of each fold.
  package func sizes(_ count: Int) -> [Int] {
    numbers.reduce(into: [Int](repeating: 0, count: count)) { $0[Int($1)] += 1 }
  }
}

extension EncodedCorpus {
  /// Divides the texts into folds that keep the labels' shares; each group, with near copies, stays in one
  /// fold.
  ///
  /// - Parameters:
  ///   - split: near copies must have been requested when the corpus was encoded.
  ///   - count: at least 2.
  /// - Throws: `CorpusError.splitImpossible` if there are fewer texts or groups than folds, or if the groups
  ///   are so large that a fold stays empty.
  package func folds(
    _ count: Int, keeping split: DevelopmentSplit, column: ColumnSelector?, seed: UInt64
  ) throws(CorpusError) -> TextFolds {
    let strata = LabelStrata.numbers(targets.map(\.labels), fraction: 1 / Double(count))
    guard self.count >= count else {
      throw .splitImpossible(
        reason: "\(self.count.counted("text")) cannot make --folds \(count); give more texts or fewer folds")
    }
    guard groups != nil || split == .nearDuplicates else {
      return TextFolds(
        numbers: FoldNumbers.stratified(labels: strata, folds: count, seed: seed), groups: nil)
    }
    var found = TextDivision.Groups()
    let (groupNumbers, groupCount) = joined(nearCopies: split == .nearDuplicates, column, &found)
    let sizes = groupNumbers.classSizes
    let result = TextFolds(
      numbers: FoldNumbers.grouped(labels: strata, groups: groupNumbers, folds: count, seed: seed),
      groups: (groupCount, sizes.max() ?? 0))
    guard result.sizes(count).allSatisfy({ $0 > 0 }) else {
      let flag = found.column.map { "--group-column \($0)" } ?? "--dev-split near-duplicates"
      throw .splitImpossible(
        reason: "\(self.count.counted("text")) in \(groupCount.counted("group")) of \(flag) cannot make "
          + "--folds \(count): the largest group has \(sizes.max() ?? 0) texts; give fewer folds, or "
          + (found.column == nil ? "leave --dev-split out" : "a column of smaller groups"))
    }
    return result
  }
}
