import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary

/// Words' vectors that were learned from texts without labels, for `vectors:` of a training.
public struct LearnedVectors: Sendable {
  /// The words; `<pad>` and `<unk>` have no vectors.
  public let vocabulary: Vocabulary
  /// D.
  public let dimension: Int
  /// How they came about; of perplexities there is one: of a word by its neighbours.
  public let record: PretrainingRecord
  /// [V, D]
  private let rows: [Float]

  /// Learns each word from the words around it (CBOW: Mikolov et al. 2013), with a sampled softmax.
  ///
  /// Same texts, options and seed give the same vectors, bit for bit, for any number of threads.
  ///
  /// - Parameters:
  ///   - corpus: the texts.
  ///   - vocabulary: the words to know; `nil` builds a vocabulary from the texts.
  ///   - options: `PretrainingOptions.ofVectors` is a good start; of the network the embedding's size counts.
  ///   - checkpoints: where the state is kept, and from which it goes on.
  ///   - compute: threads and kernels.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: asked from time to time; training then ends with what is best so far.
  /// - Throws: `DiscernError`; `.interrupted` if no epoch was complete.
  public static func train(
    on corpus: Corpus, vocabulary: Vocabulary? = nil, options: PretrainingOptions = .ofVectors,
    checkpoints: PretrainingCheckpoints? = nil, compute: Compute = Compute(),
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
        model, counts: texts.counts, drawnWords: options.drawnWords,
        fullBatch: options.batchSize * options.segmentLength), directionCount: 1, onStage, isInterrupted)
    return LearnedVectors(
      vocabulary: texts.vocabulary, dimension: options.network.embeddingSize, record: run.record(trained),
      rows: trained.model.model.vectors.array)
  }

  /// A file of word2vec's text form: the number of words and of features, then a word and its vector a line.
  /// The numbers are read again as the same bits.
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
