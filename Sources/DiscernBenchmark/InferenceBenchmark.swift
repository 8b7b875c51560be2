import DiscernCorpus
import DiscernModels
import DiscernTensor

/// Throughput and latency of a model's predictions, from token ids to probabilities.
package struct InferenceBenchmark: Codable, Sendable {
  package let kernels: String
  package let threads: Int
  package let texts: Int
  package let tokens: Int
  package let batchSize: Int
  /// A pass over all texts in batches of similar length.
  package let pass: Measurement
  /// At the median time of a pass.
  package let tokensPerSecond: Double
  package let textsPerSecond: Double
  /// The number of tokens in the text that is classified alone.
  package let singleLength: Int
  package let singleMedian: Double
  /// The 99th percentile of its latency.
  package let singleTail: Double
  package let peakMemory: Int

  /// - Parameters:
  ///   - single: a text that is classified alone, repeatedly.
  ///   - repeats: the number of timed passes over the texts, after one for warm-up.
  package init(
    _ texts: EncodedTexts, single: [Int32], models: [NeuralClassifier], compute: Compute,
    batchSize: Int, repeats: Int
  ) {
    let predictor = Predictor(models, compute: compute)
    let lengths = (0..<texts.count).map(texts.length)
    let order = lengths.indices.sorted { (lengths[$0], $1) > (lengths[$1], $0) }
    let plan = stride(from: 0, to: order.count, by: batchSize).map {
      Array(order[$0..<min(order.count, $0 + batchSize)])
    }
    func run() {
      for indices in plan { _ = predictor.probabilities(PackedBatch(texts, indices: indices)) }
    }
    run()
    pass = Measurement.of(repeats: repeats, run)

    var alone = EncodedTexts()
    alone.append(single)
    if texts.sentences != nil { alone.sentences = alone.equalSentences(of: 20) }
    func runAlone() { _ = predictor.probabilities(PackedBatch(alone, indices: [0])) }
    for _ in 0..<10 { runAlone() }
    let latency = Measurement.of(repeats: max(300, repeats), runAlone)

    kernels = (models[0].isQuantized ? compute.exact : compute).family.name
    threads = compute.threadCount
    self.texts = texts.count
    tokens = texts.tokenIDs.count
    self.batchSize = batchSize
    tokensPerSecond = Double(tokens) / pass.median
    textsPerSecond = Double(texts.count) / pass.median
    singleLength = single.count
    singleMedian = latency.median
    singleTail = latency.quantile(0.99)
    peakMemory = DiscernBenchmark.peakMemory()
  }
}
