import AllocationCount
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Testing

/// A pass's allocations once memory is as large as the largest batch; counts, unlike times, are
/// the same on every machine.
private func allocations(passes: Int, _ pass: () -> Void) -> [Int] {
  (0..<passes).map { _ in
    let before = allocation_count()
    pass()
    return allocation_count() - before
  }
}

/// Reports counts that grow from pass to pass, or that are above a limit.
private func expect(_ counts: [Int], atMost limit: Int, for count: Int, _ what: String) {
  #expect(Set(counts).count == 1, "\(what): \(counts)")
  #expect(counts[0] <= limit * count, "\(what): \(counts[0] / count) each, at most \(limit)")
}

private let canCount = allocation_count() >= 0

@Test(.enabled(if: canCount), arguments: [1, 2])
func aTrainingStepAllocatesNothingThatGrows(layers: Int) throws {
  let data = smallTask(256, seed: 3)
  let options = smallOptions()
  let step = TrainingStep(
    ClassifierTraining(try smallModel(dropout: 0.3, layers: layers), options: options), options: options,
    compute: Compute(threadCount: 1))
  let plan = LengthBuckets(batchSize: options.batchSize, window: options.bucketWindow, seed: 1)
    .batches(lengths: (0..<256).map(data.texts.length), epoch: 1)
  let batches = plan.map(data.batch)
  step.begin(epoch: 1)
  let counts = allocations(passes: 6) {
    for batch in batches { _ = step.update([batch], learningRate: 1e-3) }
  }
  // A process's hash seed accounts for up to a sixth of a debug build's.
  expect(Array(counts.dropFirst(2)), atMost: 200 + 1200 * layers, for: batches.count, "a training step")
}

@Test(.enabled(if: canCount)) func aClassifiedWindowAllocatesNothingThatGrows() throws {
  let texts = smallTask(256, seed: 4).texts
  let predictor = Predictor([try smallModel(layers: 2)], compute: Compute(threadCount: 1))
  let batches = stride(from: 0, to: 256, by: 16).map { PackedBatch(texts, indices: Array($0..<$0 + 16)) }
  let counts = allocations(passes: 6) { for batch in batches { _ = predictor.probabilities(batch) } }
  expect(Array(counts.dropFirst(2)), atMost: 400, for: batches.count, "a classified window")
}
