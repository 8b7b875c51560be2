import DiscernCorpus
import DiscernModels
import DiscernTraining
import Testing

@Test func batchesCarryTheLabelsAndWeightsOfTheirTexts() throws {
  let plain = threeTasks(50, seed: 7)
  let data = LabelledTexts(
    texts: plain.texts, targets: plain.targets, weights: (0..<50).map { Float($0) })
  let source = LabelledTextSource(
    TextsInMemory(data, labelCounts: [3, 2, 4]), smallOptions { $0.batchSize = .texts(7) })
  #expect(source.exampleCount == 50 && source.tokenCount == data.texts.tokenIDs.count)
  let plan = try source.plan(epoch: 2)
  #expect(try plan.batches() == source.plan(epoch: 2).batches())
  #expect(try plan.batches() != source.plan(epoch: 1).batches())
  var (seen, tokens) = ([Int](), 0)
  for made in source.batches(plan, 0..<plan.count, stepSize: 3) {
    let batch = try made.get()
    let texts = batch.packed.indices
    seen += texts
    tokens += source.tokenCount(of: batch)
    for (head, target) in batch.targets.enumerated() {
      #expect(target.labels == data.targets[head].selecting(texts))
      #expect(target.rowWeights == texts.map { Float($0) })
    }
  }
  #expect(seen.sorted() == Array(0..<50) && tokens == source.tokenCount)
}
