import DiscernIO

/// The sets of copies and near copies in a part, divided by whether they are within one group of the data,
/// such as a film's reviews. They are the sets that a division by near copies keeps on one side.
struct GroupedCopies {
  let column: String
  let groups: TextGroups
  /// Sets of row numbers.
  private(set) var within: [[Int32]] = []
  /// A text in no group counts as a group of its own.
  private(set) var across: [[Int32]] = []

  /// `nil` for a part without groups.
  init?(_ part: DataScan.PartRows) {
    guard let groups = part.groups, let column = part.column else { return nil }
    self.groups = groups
    self.column = column.description
    for copies in NearCopies(of: part.sketches).groups {
      let numbers = Set(copies.map { groups.numbers[Int($0)] })
      if numbers.count == 1, numbers.first != TextGroups.none {
        within.append(copies)
      } else {
        across.append(copies)
      }
    }
  }

  var report: DataCheck.Groups {
    DataCheck.Groups(
      column: column, count: groups.count, textsWithoutGroup: groups.textsWithoutGroup,
      copiesWithin: within.count, copiesAcross: across.count)
  }

  /// The first row of each group in a set; a text in no group counts as a group of its own.
  func leaders(_ copies: [Int32]) -> [(row: Int, group: String?)] {
    var seen: Set<Int32> = []
    return copies.compactMap { row in
      let number = groups.numbers[Int(row)]
      guard number == TextGroups.none || seen.insert(number).inserted else { return nil }
      return (Int(row), number == TextGroups.none ? nil : groups.name(number))
    }
  }
}

extension DataScan {
  func findings(_ copies: GroupedCopies, _ part: PartRows) -> [DataCheck.Finding] {
    func size(_ sets: [[Int32]]) -> String {
      "\(sets.count.counted("set")) of exact or near-duplicates "
        + "(\(sets.reduce(0) { $0 + $1.count }.counted("row"))) \(sets.count == 1 ? "is" : "are each")"
    }
    let column = DisplayText.escaped(copies.column)
    var findings: [DataCheck.Finding] = []
    if !copies.across.isEmpty {
      let examples = copies.across.prefix(5).map { set in
        let leaders = copies.leaders(set)
        return leaders.prefix(4).map { row, group in
          "\(part.locations[row]) (\(group.map { "“\($0)”" } ?? "in none"))"
        }.joined(separator: ", ") + (leaders.count > 4 ? " and \(leaders.count - 4) more" : "")
      }
      findings.append(
        finding(
          .warning, .copiesAcrossGroups, part, copies.across.count,
          "\(size(copies.across)) in several groups by “\(column)”, so that --group-column \(column) alone "
            + "can separate them; add --dev-split near-duplicates to keep each on one side", examples))
    }
    if !copies.within.isEmpty {
      let examples = copies.within.prefix(5).map { set in
        let leader = copies.leaders(set)[0]
        return "\(part.locations[leader.row]) and \((set.count - 1).counted("other row", "other rows")) of "
          + "“\(leader.group ?? "")”"
      }
      findings.append(
        finding(
          .note, .copiesWithinGroups, part, copies.within.count,
          "\(size(copies.within)) in one group by “\(column)”, which --group-column \(column) keeps on one "
            + "side",
          examples))
    }
    return findings
  }
}
