import DiscernCorpus
import DiscernModels
import TestSupport
import Testing

private func plan(_ lengths: [Int], _ buckets: LengthBuckets, epoch: Int = 1) throws -> [[Int]] {
  let blocks = TextBlocks(lengths: lengths)
  let plan = try buckets.plan(blocks, epoch: epoch) { block in blocks.texts(block).map { lengths[$0] } }
  return try (0..<plan.count).map { number throws(ShardError) in try plan[number] }
}

private let sizes: [BatchSize] = [.texts(7), .texts(64), .tokens(50), .tokens(1000)]

@Test(arguments: sizes) func aCorpusOfOnePartHasTheOrderOfOne(size: BatchSize) throws {
  let lengths = skewedTexts(3000, longest: 60, seed: 2).lengths
  let buckets = LengthBuckets(batchSize: size, window: 5, seed: 3)
  #expect(try plan(lengths, buckets) == buckets.batches(lengths: lengths, epoch: 1))
}

@Test(arguments: sizes) func aCorpusOfSeveralPartsHasEveryTextOnce(size: BatchSize) throws {
  let lengths = skewedTexts(5000, longest: 60, seed: 2).lengths
  let buckets = LengthBuckets(batchSize: size, window: 5, seed: 3, readTokens: 40_000)
  let batches = try plan(lengths, buckets)
  #expect(batches.flatMap(\.self).sorted() == Array(0..<lengths.count))
  #expect(try plan(lengths, buckets) == batches)
  #expect(try plan(lengths, buckets, epoch: 2) != batches)
  #expect(batches != buckets.batches(lengths: lengths, epoch: 1))
}

@Test func batchesOfAPlanAreFoundInAnyOrder() throws {
  let lengths = skewedTexts(5000, longest: 60, seed: 4).lengths
  let blocks = TextBlocks(lengths: lengths)
  let buckets = LengthBuckets(batchSize: .tokens(300), window: 5, seed: 3, readTokens: 40_000)
  let all = try plan(lengths, buckets)
  let plan = try buckets.plan(blocks, epoch: 1) { block in blocks.texts(block).map { lengths[$0] } }
  for number in [all.count - 1, 0, all.count / 2, 3] { #expect(try plan[number] == all[number]) }
}

@Test func blocksEndWithTheirTextsOrTokens() {
  let short = TextBlocks(lengths: Array(repeating: 1, count: 2500))
  #expect(short.starts == [0, 1024, 2048, 2500])
  #expect(short.tokens == [1024, 1024, 452])
  let half = TextBlocks.tokenLimit / 2
  let long = TextBlocks(lengths: [half, half, 1, 3 * half, 5])
  #expect(long.starts == [0, 2, 3, 4, 5])
  #expect(long.tokens == [2 * half, 1, 3 * half, 5])
  #expect((0..<5).map(long.block(of:)) == [0, 0, 1, 2, 3])
  #expect(TextBlocks().count == 0)
}
