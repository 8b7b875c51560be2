/// Chooses the text and label columns that were not selected.
///
/// Usual names take precedence. Otherwise, the column that repeats its values is the label; lengths count
/// only if that is inconclusive. A column that cannot be determined stays nil.
struct ColumnChoice {
  private(set) var text: Int?
  private(set) var label: Int?
  private let facts: [ColumnFacts]

  /// - Parameters:
  ///   - wantsLabel: whether a label column that was not selected is to be found.
  ///   - others: columns that are neither text nor label.
  ///   - names: the header's names; nil without a header.
  init(
    text: Int?, label: Int?, wantsLabel: Bool, others: Set<Int>, names: [String]?, facts: [ColumnFacts]
  ) {
    self.text = text
    self.label = label
    self.facts = facts
    func taken(_ column: Int?) -> Set<Int> { others.union([column].compactMap { $0 }) }
    if let names {
      if text == nil { self.text = UsualNames.first(of: UsualNames.text, in: names, except: taken(label)) }
      if label == nil, wantsLabel {
        self.label = UsualNames.first(of: UsualNames.label, in: names, except: taken(self.text))
      }
    }
    // The remaining columns except identifiers, and those of them that could be a text or a label.
    let free = facts.indices.filter { column in
      column != self.text && column != self.label && !others.contains(column)
        && !(names.map { UsualNames.isIdentifier($0[column]) } ?? false)
    }
    let useful = free.filter { facts[$0].isOfUse }
    switch (self.text, self.label, wantsLabel) {
    case (nil, nil, true):
      if facts.count == 1 { self.text = 0 } else if !chooseBoth(among: useful) { _ = chooseBoth(among: free) }
    case (nil, _, _):
      self.text = only(free) ?? only(useful) ?? only(useful.filter { facts[$0].isTextual })
    case (_, nil, true):
      self.label = only(free) ?? only(useful) ?? only(useful.filter { facts[$0].isCategorical })
    default: break
    }
  }

  var isComplete: Bool { text != nil && label != nil }

  private func only(_ columns: [Int]) -> Int? { columns.count == 1 ? columns[0] : nil }

  private mutating func chooseBoth(among columns: [Int]) -> Bool {
    if columns.count == 2 {
      guard let found = labelColumn(columns[0], columns[1]) else { return false }
      label = found
      text = columns[0] == found ? columns[1] : columns[0]
      return true
    }
    guard let texts = only(columns.filter { facts[$0].isTextual }) else { return false }
    let labels = columns.filter { facts[$0].isCategorical && facts[$0].meanWords < 4 }
    // If several could be labels, the user must choose one; the text is known nevertheless.
    if labels.count > 0 { text = texts }
    guard let found = only(labels) else { return false }
    label = found
    return true
  }

  /// The label column of two: the one whose values repeat; if neither or both do, the one with shorter single
  /// words if the other has texts of several words.
  private func labelColumn(_ first: Int, _ second: Int) -> Int? {
    func repeats(_ a: ColumnFacts, _ b: ColumnFacts) -> Bool {
      guard a.count >= 3 else { return false }
      return a.distinct * 2 <= b.distinct || b.distinct == b.count && a.distinct * 4 <= a.count * 3
    }
    func isShorter(_ a: ColumnFacts, _ b: ColumnFacts) -> Bool {
      guard a.areSingleWords, a.meanLength < b.meanLength else { return false }
      // A few rows are weak evidence; with more, texts must have several words.
      return b.areSingleWords
        ? b.count < 4 && b.meanLength >= 4 * a.meanLength : b.count < 4 || b.meanWords >= 2.5
    }
    for decides in [repeats, isShorter] {
      let (a, b) = (decides(facts[first], facts[second]), decides(facts[second], facts[first]))
      if a != b { return a ? first : second }
    }
    return nil
  }
}
