import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary
import Foundation

extension PretrainedEncoder {
  /// Learns to predict the words of texts, whose labels are not looked at.
  ///
  /// Same texts, options and seed give the same weights, bit for bit, for any number of threads.
  ///
  /// - Parameters:
  ///   - corpus: the texts; best those that classifiers will be trained on, and more of their kind.
  ///   - vocabulary: the words to know; `nil` builds a vocabulary from the texts. One that remembers its
  ///     tokenizer wants the options to have the same.
  ///   - vectors: a file of word vectors to begin from; their size is the embedding's.
  ///   - destination: where it will be saved; there must be room for it.
  ///   - checkpoints: where the state is kept, and from which it goes on.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: asked from time to time while data is read, and after every step; training then ends
  ///     with what is best so far.
  /// - Throws: `DiscernError`; `.interrupted` if no epoch was complete.
  public static func train(
    on corpus: Corpus, vocabulary given: Vocabulary? = nil, vectors vectorsPath: String? = nil,
    options: PretrainingOptions = PretrainingOptions(), destination: ModelDestination? = nil,
    checkpoints: PretrainingCheckpoints? = nil, compute: Compute = Compute(),
    onStage: (PretrainingStage) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> PretrainedEncoder {
    try options.validate()
    let texts = try PretrainingTexts(
      corpus, vocabulary: given, options, threads: compute.threadCount, onStage, isInterrupted)
    var network = options.network
    let vectors = try vectorsPath.map { path throws(DiscernError) in
      try wrapping(DiscernError.vectors) { () throws(WordVectorsError) in
        try WordVectors.load(
          path: path, vocabulary: texts.vocabulary, seed: options.seed, isInterrupted: isInterrupted)
      }
    }
    if let vectors {
      onStage(.vectors(vectors))
      network.embeddingSize = vectors.dimension
    }
    try checkMemory(options, network, vocabularySize: texts.vocabulary.count, hasVectors: vectors != nil)
    let model = LanguageModel(
      LanguageModelConfiguration(
        vocabularySize: texts.vocabulary.count, network: network, sequenceCount: options.batchSize,
        drawnWords: options.drawnWords), counts: texts.counts, seed: options.seed, vectors: vectors?.rows)
    onStage(.model(parameterCount: model.weights.layout.trainedCount))
    let identity = PretrainingIdentity(
      options, texts, kernels: compute.family.name, vectors: vectors.map { FileDigest.of($0.rows).sha256 })
    let source = SegmentSource(
      texts.training, sequenceCount: options.batchSize, segmentLength: options.segmentLength,
      directionCount: model.directionCount, seed: options.seed)
    let trained = try withoutActuallyEscaping(onStage) { onStage throws(DiscernError) in
      let store = try checkpoints?.store(identity, onStage)
      return try wrapping(DiscernError.training) { () throws(TrainingError) in
        try Trainer(options.training(stepCount: source.plan(epoch: 1).count), compute: compute).train(
          LanguageModelTraining(model, counts: texts.counts, segmentLength: options.segmentLength),
          source: source, development: texts.heldOut, store: store, onEvent: { onStage(.training($0)) },
          isInterrupted: isInterrupted)
      }
    }
    var record = PretrainingRecord()
    record.choices = options.choices
    record.choices["embedding-dim"] = "\(network.embeddingSize)"
    record.data = texts.summary
    record.trainingTextCount = texts.training.count
    record.heldOutTextCount = texts.heldOut.count
    record.heldOutTokenCount = texts.heldOut.tokenIDs.count
    record.unigramPerplexity = texts.unigramPerplexity
    record.perplexities = (trained.best.tasks ?? []).map { exp($0.loss) }
    record.epochs = trained.epochs
    record.outcome = trained.outcome
    record.kernels = compute.family.name
    return PretrainedEncoder(
      vocabulary: texts.vocabulary, tokenizer: options.tokenizer,
      // What a classifier chooses for itself is not kept.
      network: RecurrentConfiguration().beginning(with: network),
      weights: trained.model.model.classifierWeights, record: record)
  }

  private static func checkMemory(
    _ options: PretrainingOptions, _ network: RecurrentConfiguration, vocabularySize: Int, hasVectors: Bool
  ) throws(DiscernError) {
    let memory = TrainingMemory(
      ClassifierConfiguration(vocabularySize: vocabularySize, encoder: .recurrent(network), classCount: 2),
      options.training(stepCount: 1), batchTokens: options.batchSize * options.segmentLength,
      hasVectors: hasVectors)
    do throws(MemoryShortage) { try memory.check(against: SystemMemory.limit()) } catch {
      throw .training(.memory(error))
    }
  }
}
