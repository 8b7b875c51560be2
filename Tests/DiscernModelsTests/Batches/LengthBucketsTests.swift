import DiscernCorpus
import DiscernModels
import TestSupport
import Testing

private let sizes: [BatchSize] = [.texts(1), .texts(7), .texts(64), .tokens(1), .tokens(50), .tokens(1000)]

@Test(arguments: sizes) func everyTextExactlyOnceAnEpoch(size: BatchSize) {
  var generator = SeededGenerator(seed: 1)
  for trial in 0..<40 {
    let texts = skewedTexts(
      Int.random(in: 1...400, using: &generator), longest: Int.random(in: 1...90, using: &generator),
      seed: UInt64(trial))
    let buckets = LengthBuckets(
      batchSize: size, window: Int.random(in: 1...9, using: &generator), seed: UInt64(trial))
    let batches = buckets.batches(lengths: texts.lengths, epoch: trial)
    #expect(batches.flatMap { $0 }.sorted() == Array(0..<texts.count))
    #expect(batches.allSatisfy { !$0.isEmpty })
  }
}

@Test func batchesOfTextsHoldTheirNumber() {
  let lengths = skewedTexts(500, longest: 60, seed: 2).lengths
  for window in [1, 3, 50] {
    let batches = LengthBuckets(batchSize: .texts(32), window: window, seed: 1)
      .batches(lengths: lengths, epoch: 1)
    #expect(batches.map(\.count).max() == 32)
    // Only the last batch of the last window may be smaller.
    #expect(batches.filter { $0.count < 32 }.count <= 1)
    #expect(batches.count == 16)
  }
}

@Test func batchesOfTokensKeepTheirBudgetExceptForOneLongText() {
  for seed in 0..<30 as Range<UInt64> {
    let lengths = skewedTexts(300, longest: 120, seed: seed).lengths
    for budget in [1, 40, 119, 500] {
      let batches = LengthBuckets(batchSize: .tokens(budget), window: 4, seed: seed)
        .batches(lengths: lengths, epoch: 0)
      for batch in batches {
        let tokens = batch.reduce(0) { $0 + lengths[$1] }
        #expect(tokens <= budget || batch.count == 1, "\(tokens) tokens, budget \(budget)")
      }
    }
  }
}

@Test func batchesComeFromSeedAndEpochAlone() {
  let lengths = skewedTexts(300, longest: 60, seed: 3).lengths
  func batches(_ seed: UInt64, _ epoch: Int, _ size: BatchSize) -> [[Int]] {
    LengthBuckets(batchSize: size, window: 3, seed: seed).batches(lengths: lengths, epoch: epoch)
  }
  for size in sizes {
    #expect(batches(1, 1, size) == batches(1, 1, size))
    #expect(batches(1, 1, size) != batches(1, 2, size))
    #expect(batches(1, 1, size) != batches(2, 1, size))
  }
  // Epochs differ in the texts that share a batch, not only in the batches' order.
  let (a, b) = (batches(1, 1, .texts(7)), batches(1, 2, .texts(7)))
  #expect(Set(a.map(Set.init)) != Set(b.map(Set.init)))
}

@Test(arguments: sizes) func theBatchWithTheMostTokensComesFirst(size: BatchSize) {
  for seed in 0..<20 as Range<UInt64> {
    let lengths = skewedTexts(300, longest: 60, seed: seed).lengths
    let batches = LengthBuckets(batchSize: size, window: 3, seed: seed).batches(lengths: lengths, epoch: 1)
    let tokens = batches.map { $0.reduce(0) { $0 + lengths[$1] } }
    #expect(tokens.first == tokens.max())
  }
}

@Test func orderOfBatchesIsNotThatOfLength() {
  let lengths = skewedTexts(2000, longest: 200, seed: 4).lengths
  let batches = LengthBuckets(batchSize: .texts(16), window: 20, seed: 1).batches(lengths: lengths, epoch: 1)
  let longest = batches.dropFirst().map { $0.map { lengths[$0] }.max() ?? 0 }
  let descents = zip(longest, longest.dropFirst()).filter(>).count
  #expect(descents > longest.count / 4 && descents < longest.count * 3 / 4)
}

@Test func noTextsAreNoBatches() {
  #expect(LengthBuckets(batchSize: .texts(3), seed: 1).batches(lengths: [], epoch: 1).isEmpty)
  #expect(LengthBuckets(batchSize: .tokens(3), seed: 1).batches(lengths: [], epoch: 1).isEmpty)
}

@Test func hugeSizesAreOneBatch() {
  for size in [BatchSize.texts(.max), .tokens(.max)] {
    let batches = LengthBuckets(batchSize: size, window: .max, seed: 1).batches(lengths: [3, 1, 2], epoch: 1)
    #expect(batches.map { $0.sorted() } == [[0, 1, 2]])
  }
}

@Test func paddingCostsLessInBuckets() {
  for seed in 0..<10 as Range<UInt64> {
    let lengths = skewedTexts(3000, longest: 300, seed: seed).lengths
    for size in [BatchSize.texts(32), .tokens(2000)] {
      let cost = PaddingCost(
        lengths: lengths, buckets: LengthBuckets(batchSize: size, window: 20, seed: seed))
      #expect(cost.bucketed >= 0 && cost.bucketed < cost.shuffled / 2 && cost.shuffled < 1)
    }
  }
}

@Test func paddingCostOfAnExample() {
  // One batch: 3 rows of 6, 10 tokens of 18 cells.
  let buckets = LengthBuckets(batchSize: .texts(3), window: 1, seed: 1)
  let cost = PaddingCost(lengths: [6, 3, 1], buckets: buckets)
  #expect(abs(cost.bucketed - 8.0 / 18) < 1e-15)
  #expect(cost.shuffled == cost.bucketed)
  #expect(PaddingCost(lengths: [4, 4, 4, 4], buckets: buckets).shuffled == 0)
  #expect(PaddingCost(lengths: [], buckets: buckets) == PaddingCost(lengths: [0], buckets: buckets))
}

@Test func sizesThatHoldNothingAreAProgrammersMistake() async {
  await #expect(processExitsWith: .failure) { _ = LengthBuckets(batchSize: .texts(0), seed: 1) }
  await #expect(processExitsWith: .failure) { _ = LengthBuckets(batchSize: .tokens(-1), seed: 1) }
  await #expect(processExitsWith: .failure) { _ = LengthBuckets(batchSize: .texts(1), window: 0, seed: 1) }
}
