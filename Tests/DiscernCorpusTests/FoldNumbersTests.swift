import DiscernCorpus
import TestSupport
import Testing

@Suite struct FoldNumbersTests {
  private func labels(_ count: Int, seed: UInt64) -> [Int32] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in min(Int32.random(in: 0..<4, using: &random), 2) }
  }

  @Test(arguments: [2, 3, 5, 7]) func everyClassGivesEachFoldItsShare(folds: Int) {
    for seed in 1...5 as ClosedRange<UInt64> {
      let labels = labels(203, seed: seed)
      let numbers = FoldNumbers.stratified(labels: labels, folds: folds, seed: seed)
      for label in [nil, 0, 1, 2] as [Int32?] {
        let sizes = (0..<folds).map { fold in
          labels.indices.count { Int(numbers[$0]) == fold && (label == nil || labels[$0] == label) }
        }
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "\(sizes)")
      }
    }
  }

  @Test func theSeedDecides() {
    let labels = labels(400, seed: 3)
    let first = FoldNumbers.stratified(labels: labels, folds: 4, seed: 1)
    #expect(FoldNumbers.stratified(labels: labels, folds: 4, seed: 1) == first)
    let other = FoldNumbers.stratified(labels: labels, folds: 4, seed: 2)
    #expect(zip(first, other).count { $0 == $1 } < 200)
  }

  @Test(arguments: [1, 3, 10]) func groupsStayWhole(largest: Int) {
    for seed in 1...5 as ClosedRange<UInt64> {
      var random = SeededGenerator(seed: seed)
      let labels = labels(1000, seed: seed)
      var groups: [Int32] = []
      while groups.count < labels.count {
        let group = (groups.last ?? -1) + 1
        for _ in 0..<Int.random(in: 1...largest, using: &random) where groups.count < labels.count {
          groups.append(group)
        }
      }
      let numbers = FoldNumbers.grouped(labels: labels, groups: groups, folds: 5, seed: seed)
      let pairs = Set(zip(groups, numbers).map { [$0, $1] })
      #expect(pairs.count == Set(groups).count)
      for label in [nil, 0, 1, 2] as [Int32?] {
        let all = labels.count { label == nil || $0 == label }
        for fold in 0..<5 as Range<Int32> {
          let own = labels.indices.count { numbers[$0] == fold && (label == nil || labels[$0] == label) }
          #expect(abs(Double(own) - Double(all) / 5) <= Double(2 + largest / 2), "\(own) of \(all)")
        }
      }
    }
  }

  @Test func aClassOfOneGroupIsNoReasonToStop() {
    let labels: [Int32] = Array(repeating: 0, count: 40) + [1, 1, 1]
    let groups = (0..<40).map { Int32($0 / 2) } + [90, 90, 90]
    let numbers = FoldNumbers.grouped(labels: labels, groups: groups, folds: 4, seed: 1)
    #expect(Set(numbers) == [0, 1, 2, 3])
    #expect(Set(numbers[40...]).count == 1)
  }
}
