import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary

/// Word vectors learned from unlabelled texts, for the `vectors` argument of training.
public struct LearnedVectors: Sendable {
  /// The vocabulary; its first words, `<pad>` and `<unk>`, have no vectors.
  public let vocabulary: Vocabulary
  /// The size of a vector, D.
  public let dimension: Int
  /// How they were learned. The record has a single perplexity, of a word given its neighbours.
  public let record: PretrainingRecord
  /// [V, D]
  private let rows: [Float]

  /// Trains vectors that predict each word from the words around it (CBOW: Mikolov et al. 2013), with a
  /// sampled softmax.
  ///
  /// The same texts, options and seed give the same vectors, bit for bit, for any number of threads.
  ///
  /// - Parameters:
  ///   - corpus: the texts.
  ///   - vocabulary: the vocabulary; nil builds one from the texts.
  ///   - options: `PretrainingOptions.ofVectors` is a good start; of the network's settings, only the
  ///     embedding size is used.
  ///   - checkpoints: where the state is saved, and from which training resumes.
  ///   - compute: threads and kernels.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: called from time to time; if it returns true, training ends with the best vectors so
  ///     far.
  /// - Throws: `DiscernError`; `.interrupted` if no epoch was complete.
  public static func train(
    on corpus: Corpus, vocabulary: Vocabulary? = nil, options: PretrainingOptions = .ofVectors,
    checkpoints: RunCheckpoints? = nil, compute: Compute = Compute(),
    onStage: (PretrainingStage) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> LearnedVectors {
    try options.validate()
    let texts = try PretrainingTexts(
      corpus, vocabulary: vocabulary, options, ofVectors: true, threads: compute.threadCount, onStage,
      isInterrupted)
    let run = PretrainingRun(options: options, texts: texts, compute: compute, checkpoints: checkpoints)
    let model = ContextWordModel(
      counts: texts.counts, size: options.network.embeddingSize, width: options.contextWidth,
      threshold: options.frequentShare, seed: options.seed)
    let trained = try run.train(
      ContextWordTraining(
        model, counts: texts.counts, negatives: options.negatives,
        fullBatch: options.batchSize * options.segmentLength), directionCount: 1, onStage, isInterrupted)
    return LearnedVectors(
      vocabulary: texts.vocabulary, dimension: options.network.embeddingSize, record: run.record(trained),
      rows: trained.model.model.vectors.array)
  }

  /// The vectors in word2vec's text format: the numbers of words and of features, then on each line a word
  /// and its vector. Reading the numbers gives the same bits.
  public var fileContents: [UInt8] {
    var bytes = Array("\(vocabulary.count - 2) \(dimension)\n".utf8)
    for id in 2..<max(2, vocabulary.count) {
      bytes += vocabulary.bytes(at: id)
      for value in rows[id * dimension..<(id + 1) * dimension] {
        bytes.append(UInt8(ascii: " "))
        bytes += "\(value)".utf8
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
