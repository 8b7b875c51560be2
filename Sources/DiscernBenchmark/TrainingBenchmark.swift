import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining

/// The throughput of training steps.
package struct TrainingBenchmark: Codable, Sendable {
  package let kernels: String
  package let threads: Int
  package let batches: Int
  package let texts: Int
  package let tokens: Int
  /// The mean number of distinct words in a batch, for which the first layer's input projection is computed.
  package let distinctWords: Double
  /// A pass over all batches.
  package let pass: Measurement
  /// At the median time of a pass.
  package let tokensPerSecond: Double
  package let millisecondsPerStep: Double
  /// Floating-point operations of a training step per token: three times the forward pass's products, six
  /// times with an adversarial pass, eight times with virtual adversarial training, as if the input
  /// projection were computed for every token.
  package let flopsPerToken: Double
  package let gigaflops: Double
  /// The peak memory of the process in bytes.
  package let peakMemory: Int

  /// Trains on `data` from random weights, and discards the result.
  ///
  /// - Parameters:
  ///   - inOrder: whether batches have texts in the given order, instead of by length.
  ///   - repeats: the number of timed passes over the batches, after two for warm-up: in the first, a step's
  ///     memory grows; in the second, all of it is touched for the first time.
  package init(
    _ data: LabelledTexts, configuration: ClassifierConfiguration, options: TrainingOptions, compute: Compute,
    inOrder: Bool, repeats: Int
  ) throws(ModelError) {
    let model = try NeuralClassifier(configuration: configuration, seed: options.seed)
    let step = TrainingStep(
      ClassifierTraining(model, options: options), options: options, compute: compute)
    let plan = Self.plan(data, options, inOrder: inOrder)
    var words = 0
    func run() {
      words = 0
      for batch in BatchPrefetcher(plan: plan, make: data.batch) {
        _ = step.update([batch], learningRate: Float(options.learningRate))
        words += batch.packed.distinctIDs.count
      }
    }
    for _ in 0..<2 { run() }
    pass = Measurement.of(repeats: repeats, run)
    kernels = compute.family.name
    threads = compute.threadCount
    batches = plan.count
    texts = data.texts.count
    tokens = data.texts.tokenIDs.count
    distinctWords = Double(words) / Double(plan.count)
    tokensPerSecond = Double(tokens) / pass.median
    millisecondsPerStep = 1000 * pass.median / Double(plan.count)
    let sentences = data.texts.sentences.map { all in
      (0..<all.textCount).reduce(0) { $0 + all[$1].count }
    }
    flopsPerToken =
      Double(options.adversarial.productCount)
      * (model.description.flopsPerToken
        + model.description.flopsPerSentence * Double(sentences ?? 0) / Double(tokens))
    gigaflops = flopsPerToken * tokensPerSecond / 1e9
    peakMemory = DiscernBenchmark.peakMemory()
  }

  private static func plan(_ data: LabelledTexts, _ options: TrainingOptions, inOrder: Bool) -> [[Int]] {
    let lengths = (0..<data.texts.count).map(data.texts.length)
    guard inOrder, case .texts(let size) = options.batchSize else {
      return LengthBuckets(batchSize: options.batchSize, window: options.bucketWindow, seed: options.seed)
        .batches(lengths: lengths, epoch: 1)
    }
    return stride(from: 0, to: lengths.count, by: size).map { Array($0..<min(lengths.count, $0 + size)) }
  }
}
