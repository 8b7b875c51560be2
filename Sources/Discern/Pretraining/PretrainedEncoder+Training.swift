import DiscernBundle
import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

extension PretrainedEncoder {
  /// Trains a language model on texts; labels are ignored.
  ///
  /// The same texts, options and seed give the same weights, bit for bit, for any number of threads.
  ///
  /// - Parameters:
  ///   - corpus: the texts; ideally those on which classifiers will be trained, and more of the same kind.
  ///   - given: the vocabulary; nil builds one from the texts. If it records its tokenizer, the options must
  ///     have the same one.
  ///   - vectorsPath: a file of initial word vectors; their size becomes the embedding size.
  ///   - options: the settings of training and of the network.
  ///   - destination: where the encoder will be saved; enough free space is required there.
  ///   - checkpoints: where the state is saved, and from which training resumes.
  ///   - compute: threads and kernels.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: called from time to time while data is read, and after every step; if it returns
  ///     true, training ends with the best weights so far. After the last epoch, while weights for predicting
  ///     words are fitted, it is heeded only if `checkpoints` hold the final state.
  /// - Throws: `DiscernError`; `.interrupted` if no epoch was complete, or in that fit, from which training
  ///   resumes without repeating an epoch.
  public static func train(
    on corpus: Corpus, vocabulary given: Vocabulary? = nil, vectors vectorsPath: String? = nil,
    options: PretrainingOptions = PretrainingOptions(), destination: ModelDestination? = nil,
    checkpoints: RunCheckpoints? = nil, compute: Compute = Compute(),
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
        negatives: options.negatives), counts: texts.counts, seed: options.seed, vectors: vectors?.rows)
    var settled = options
    settled.network = network
    let run = PretrainingRun(
      options: settled, texts: texts, compute: compute, checkpoints: checkpoints,
      vectors: vectors.map { FileDigest.of($0.rows).sha256 })
    let trained = try run.train(
      LanguageModelTraining(model, counts: texts.counts, segmentLength: options.segmentLength),
      directionCount: model.directionCount, isFollowed: true, onStage, isInterrupted)
    return PretrainedEncoder(
      vocabulary: texts.vocabulary, tokenizer: options.tokenizer,
      // Settings that only concern a classifier are not kept.
      network: RecurrentConfiguration().beginning(with: network),
      weights: trained.model.model.classifierWeights,
      output: try run.output(trained, isInterrupted), record: run.record(trained))
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
