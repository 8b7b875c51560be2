import DiscernCorpus
import TestSupport
import Testing

@Suite struct GroupedSplitTests {
  /// Texts of groups of 1 to `largest`, each group with a preference for one of three classes.
  private func texts(_ count: Int, largest: Int, seed: UInt64) -> (labels: [Int32], groups: [Int32]) {
    var random = SeededGenerator(seed: seed)
    var (labels, groups): ([Int32], [Int32]) = ([], [])
    while labels.count < count {
      let leaning = Int32.random(in: 0..<3, using: &random)
      let group = Int32(groups.last ?? -1) + 1
      for _ in 0..<Int.random(in: 1...largest, using: &random) where labels.count < count {
        labels.append(Int.random(in: 0..<3, using: &random) == 0 ? 2 : leaning)
        groups.append(group)
      }
    }
    let order = labels.indices.shuffled(using: &random)
    return (order.map { labels[$0] }, order.map { groups[$0] })
  }

  @Test(arguments: [1, 2, 12, 30]) func partsNoGroupAndKeepsTheShares(largest: Int) {
    for seed in 1...8 as ClosedRange<UInt64> {
      let (labels, groups) = texts(2000, largest: largest, seed: seed)
      let split = GroupedSplit(labels: labels, groups: groups, wanted: 200, seed: seed)
      #expect((split.training + split.development).sorted() == Array(labels.indices))
      let sides = (Set(split.training.map { groups[$0] }), Set(split.development.map { groups[$0] }))
      #expect(sides.0.isDisjoint(with: sides.1))
      #expect(abs(split.development.count - 200) <= max(2, largest / 5))
      for label in 0..<3 as Range<Int32> {
        let wanted = Double(labels.count { $0 == label }) / 10
        let got = split.development.count { labels[$0] == label }
        #expect(abs(Double(got) - wanted) <= Double(4 + largest / 5), "\(got) of \(wanted)")
      }
    }
  }

  @Test func theSeedDecides() {
    let (labels, groups) = texts(2000, largest: 10, seed: 5)
    let first = GroupedSplit(labels: labels, groups: groups, wanted: 200, seed: 1)
    #expect(GroupedSplit(labels: labels, groups: groups, wanted: 200, seed: 1) == first)
    let other = GroupedSplit(labels: labels, groups: groups, wanted: 200, seed: 2)
    #expect(Set(first.development).intersection(other.development).count < 80)
  }

  @Test func largeGroupsHaveTheirTurn() {
    let (labels, groups) = texts(2000, largest: 12, seed: 3)
    let sizes = groups.reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }
    var (all, heldOut) = (0, 0)
    for seed in 1...40 as ClosedRange<UInt64> {
      let split = GroupedSplit(labels: labels, groups: groups, wanted: 200, seed: seed)
      all += split.development.count
      heldOut += split.development.count { sizes[groups[$0]] ?? 0 >= 9 }
    }
    let share = Double(groups.count { sizes[$0] ?? 0 >= 9 }) / 2000
    #expect(abs(Double(heldOut) / Double(all) - share) < 0.1)
  }

  @Test func aClassOfOneGroupStaysInTraining() {
    let labels: [Int32] = Array(repeating: 0, count: 40) + Array(repeating: 1, count: 40) + [2, 2, 2]
    let groups = (0..<80).map { Int32($0 / 2) } + [90, 90, 90]
    for seed in 1...20 as ClosedRange<UInt64> {
      let split = GroupedSplit(labels: labels, groups: groups, wanted: 55, seed: seed)
      #expect(Set(split.training.map { labels[$0] }) == [0, 1, 2])
      #expect(split.development.allSatisfy { labels[$0] != 2 })
    }
  }
}
