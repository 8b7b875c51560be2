import DiscernCorpus
import TestSupport
import Testing

/// The shares of each label in development, by task.
private func shares(_ labels: TaskLabels, _ split: StratifiedSplit, count: Int) -> [Double] {
  let all = labels.counts(labelCount: count)
  return zip(labels.selecting(split.development).counts(labelCount: count), all).map {
    Double($0) / Double($1)
  }
}

@Test func oneTaskOfOneLabelIsDividedByItsLabels() throws {
  var random = SeededGenerator(seed: 1)
  let labels =
    (0..<500).map { _ in [0, 0, 0, 1, 1, 2, 5][Int.random(in: 0..<7, using: &random)] as Int32 } + [9, 9, 9]
  let byLabels = try StratifiedSplit(labels: labels, fraction: 0.1, seed: 4)
  let byTargets = try StratifiedSplit(targets: [TaskLabels(numbers: labels)], fraction: 0.1, seed: 4)
  #expect(byTargets == byLabels)
}

@Test func setsOfLabelsKeepTheirShares() throws {
  var random = SeededGenerator(seed: 2)
  let sets: [[Int32]] = [[], [0], [0, 1], [1, 2], [3]]
  var numbers = (0..<2000).map { _ in Int32([1, 1, 1, 2, 2, 3, 0][Int.random(in: 0..<7, using: &random)]) }
  numbers += Array(repeating: 4, count: 40)
  let labels = TaskLabels(numbers: numbers, sets: sets)
  let split = try StratifiedSplit(targets: [labels], fraction: 0.1, seed: 1)
  #expect(split.development.count == 204)
  #expect(split.training.count + split.development.count == 2040)
  for share in shares(labels, split, count: 4) { #expect(abs(share - 0.1) < 0.01) }
}

/// Every combination occurs once: nothing can be divided by combinations.
@Test func combinationsThatComeOnceAreDividedByTheirRarestLabel() throws {
  let count = 1000
  let sets = (0..<count).map { text -> [Int32] in
    // Label 0 in half of the texts, 1 in a fifth, 2 in a twentieth; the others make all sets different.
    var set: [Int32] = []
    if text % 2 == 0 { set.append(0) }
    if text % 5 == 0 { set.append(1) }
    if text % 20 == 3 { set.append(2) }
    return set + [Int32(3 + text)]
  }
  let single = TaskLabels(numbers: (0..<Int32(count)).map { $0 }, sets: sets)
  // A text's last label is its own; the others keep their shares.
  let tenth = try StratifiedSplit(targets: [single], fraction: 0.1, seed: 1)
  #expect(tenth.development.count == 100)
  #expect(shares(single, tenth, count: 3 + count).prefix(3).allSatisfy { abs($0 - 0.1) < 0.03 })
  // Two tasks, one of which has a different label for each text.
  let fine = TaskLabels(numbers: (0..<Int32(count)).map { $0 % 250 })
  let coarse = TaskLabels(numbers: (0..<Int32(count)).map { $0 % 7 })
  let split = try StratifiedSplit(targets: [coarse, fine], fraction: 0.25, seed: 1)
  #expect(split.development.count == 250)
  #expect(shares(fine, split, count: 250).allSatisfy { $0 == 0.25 })
}

@Test func missingLabelsAreACombinationOfTheirOwn() throws {
  let first = TaskLabels(numbers: (0..<200).map { $0 < 100 ? 0 : -1 })
  let second = TaskLabels(numbers: (0..<200).map { $0 < 150 ? 1 : 0 })
  let split = try StratifiedSplit(targets: [first, second], fraction: 0.1, seed: 1)
  #expect(split.development.count { $0 < 100 } == 10)
  #expect(split.development.count { $0 >= 150 } == 5)
}
