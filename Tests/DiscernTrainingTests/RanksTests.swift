import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Synchronization
import Testing

private func bits(_ model: NeuralClassifier) -> [UInt32] {
  model.weights.tensors.flatMap { $0.values.array.map(\.bitPattern) }
}

/// Three tasks with gaps and weights; 46 texts make 7 batches, so that steps of 5 end with one of 2.
private func trained(
  _ options: TrainingOptions, ranks: Int, threads: Int = 1,
  onEvent: @escaping @Sendable (Int, TrainingEvent) -> Void = { _, _ in },
  isInterrupted: @escaping @Sendable (Int) -> Bool = { _ in false }
) throws -> [[UInt32]] {
  let task = threeTasks(46, seed: 5)
  var targets = task.targets
  for text in 0..<8 { targets[0].numbers[text] = -1 }
  let data = LabelledTexts(
    texts: task.texts, targets: targets, weights: (0..<46).map { 0.1 * Float($0) + 0.1 })
  let held = threeTasks(20, seed: 6)
  var configuration = smallConfiguration()
  configuration.heads = threeHeads
  let start = try NeuralClassifier(configuration: configuration, seed: 1)
  return try ThreadRank.run(ranks) { link in
    bits(
      try Trainer(options, compute: Compute(threadCount: threads)).train(
        start, training: data, development: held, link: link, store: nil,
        onEvent: { onEvent(link.rank, $0) }, isInterrupted: { isInterrupted(link.rank) }
      ).model)
  }
}

private func options(_ method: AdversarialMethod = .none) -> TrainingOptions {
  smallOptions {
    ($0.epochs, $0.accumulation, $0.batchSize, $0.adversarial, $0.epsilon) = (2, 5, .texts(7), method, 0.5)
  }
}

@Test(arguments: AdversarialMethod.allCases)
func anyNumberOfRanksHasTheBitsOfOne(_ method: AdversarialMethod) throws {
  let one = try trained(options(method), ranks: 1)[0]
  for ranks in 2...5 {
    for own in try trained(options(method), ranks: ranks, threads: ranks % 2 + 1) { #expect(own == one) }
  }
  // The step matters: other batches have other bits.
  var other = options(method)
  other.accumulation = 7
  #expect(try trained(other, ranks: 1)[0] != one)
}

@Test func anInterruptionOfOneRankEndsAllBehindTheSameStep() throws {
  let ended = Mutex([Int]())
  let asked = Mutex(0)
  _ = try trained(
    options(), ranks: 3,
    onEvent: { _, event in
      if case .step(let progress) = event { ended.withLock { $0.append(progress.step) } }
    },
    isInterrupted: { rank in
      if rank != 2 { return false }
      return asked.withLock { count in
        count += 1
        return count > 3
      }
    })
  // Two steps per epoch; it is asked after each of them, and between epochs.
  let steps = ended.withLock { $0.sorted() }
  #expect(steps.count == 9 && steps.filter { $0 == 1 }.count == 6, "\(steps)")
}

@Test func ranksWithOtherWeightsAreFound() throws {
  let data = smallTask(46, seed: 5)
  #expect(throws: TrainingError.ranksDiffer(rank: 1, epoch: 1)) {
    _ = try ThreadRank.run(2) { link in
      let start = try NeuralClassifier(
        configuration: smallConfiguration(), seed: UInt64(link.rank + 1))
      return try Trainer(options(), compute: Compute(threadCount: 1)).train(
        start, training: data, development: data, link: link, store: nil
      ).best.epoch
    }
  }
}
