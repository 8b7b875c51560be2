import DiscernCorpus
import DiscernModels
import DiscernTraining
import Testing

@Test func batchesCarryTheLabelsAndWeightsOfTheirTexts() {
  let plain = threeTasks(50, seed: 7)
  let data = LabelledTexts(
    texts: plain.texts, targets: plain.targets, weights: (0..<50).map { Float($0) })
  let source = LabelledTextSource(data, smallOptions { $0.batchSize = .texts(7) })
  #expect(source.exampleCount == 50 && source.tokenCount == data.texts.tokenIDs.count)
  let plan = source.plan(epoch: 2)
  #expect(plan == source.plan(epoch: 2) && plan != source.plan(epoch: 1))
  var (seen, tokens) = ([Int](), 0)
  for batch in source.batches(plan[0...], stepSize: 3) {
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
