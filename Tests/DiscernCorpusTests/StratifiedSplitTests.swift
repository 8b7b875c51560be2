import DiscernCorpus
import TestSupport
import Testing

@Suite struct StratifiedSplitTests {
  private func labels(_ sizes: [Int], seed: UInt64 = 3) -> [Int32] {
    var random = SeededGenerator(seed: seed)
    return sizes.enumerated().flatMap { repeatElement(Int32($0.offset), count: $0.element) }
      .shuffled(using: &random)
  }

  /// Largest remainders with exact fractions, total = round(fraction · n):
  /// ```python
  /// quota = [Fraction(total * s, n) for s in sizes]; given = [int(q) for q in quota]
  /// for i in sorted(range(len(sizes)), key=lambda i: (-(quota[i] - given[i]), i))[: total - sum(given)]:
  ///     given[i] += 1
  /// ```
  @Test func roundsByLargestRemainder() throws {
    let golden: [([Int], Double, [Int])] = [
      ([86, 1162, 1250, 1223, 835, 896], 0.2, [17, 232, 250, 245, 167, 179]),
      ([7, 5, 3, 2, 100], 0.1, [1, 1, 0, 0, 10]), ([12500, 12500], 0.1, [1250, 1250]),
      ([3, 3, 3, 4], 0.45, [2, 1, 1, 2]),
    ]
    for (sizes, fraction, expected) in golden {
      let labels = labels(sizes)
      let split = try StratifiedSplit(labels: labels, fraction: fraction, seed: 1)
      let counts = sizes.indices.map { label in split.development.count { labels[$0] == Int32(label) } }
      #expect(counts == expected)
      #expect((split.training + split.development).sorted() == Array(labels.indices))
      #expect(split.training == split.training.sorted() && split.development == split.development.sorted())
    }
  }

  @Test func dependsOnTheSeedAlone() throws {
    let labels = labels([500, 500])
    let first = try StratifiedSplit(labels: labels, fraction: 0.1, seed: 1)
    #expect(try StratifiedSplit(labels: labels, fraction: 0.1, seed: 1) == first)
    let other = try StratifiedSplit(labels: labels, fraction: 0.1, seed: 2)
    let common = Set(first.development).intersection(other.development).count
    // 100 of 1,000 twice at random share 10 on average.
    #expect(common < 30)
    // Spread over the entire range, not taken from one end.
    #expect(first.development.filter { $0 < 500 }.count > 25)
    #expect(first.development.filter { $0 >= 500 }.count > 25)
  }

  @Test func whatIsTooSmallNamesTheFlagsThatHelp() {
    for labels in [[0, 1], [Int32](0..<40)] {
      let error = corpusError { _ = try StratifiedSplit(labels: labels, fraction: 0.1, seed: 1) }
      #expect(error?.description.contains("--validation-fraction") == true)
      #expect(error?.description.contains("or give more texts or --dev") == true)
    }
  }

  @Test func everyClassKeepsOneForTraining() throws {
    let labels = labels([1, 1, 2, 9])
    let split = try StratifiedSplit(labels: labels, fraction: 0.6, seed: 1)
    #expect(Set(split.training.map { labels[$0] }) == [0, 1, 2, 3])
    #expect(split.development.count == 8)
  }

  @Test func tooFewTextsAreAnError() {
    let few = labels([2, 2])
    for (labels, fraction) in [(few, 0.9), (few, 0.1), ([], 0.5), (few, 0), (few, 1), (few, .nan), (few, -1)]
    {
      #expect(throws: CorpusError.self) { try StratifiedSplit(labels: labels, fraction: fraction, seed: 1) }
    }
  }
}
