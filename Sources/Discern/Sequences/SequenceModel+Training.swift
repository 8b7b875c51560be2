import DiscernBundle
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

extension SequenceModel {
  /// Trains a model to produce the target text of each pair from its source text.
  ///
  /// The same pairs, options and seed give the same weights, bit for bit, for any number of threads.
  ///
  /// - Parameters:
  ///   - pairs: the training pairs.
  ///   - development: the pairs by which epochs are judged; nil: a part of `pairs` is held out.
  ///   - checkpoints: where the state is saved, and from which training resumes.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: called after every step; if it returns true, training ends with the best weights so
  ///     far.
  ///   - options: the settings of tokens, network and training.
  ///   - compute: threads and kernels.
  /// - Throws: `DiscernError`; `.interrupted` if no epoch was complete.
  public static func train(
    on pairs: SequencePairs, development: SequencePairs? = nil, options: SequenceOptions = SequenceOptions(),
    checkpoints: RunCheckpoints? = nil, compute: Compute = Compute(),
    onStage: (SequenceStage) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> SequenceModel {
    try options.validate()
    let texts = try SequenceTexts(pairs, development, options, onStage)
    var network = options.network
    network.sourceVocabularySize = texts.source.vocabulary.count
    network.targetVocabularySize = texts.target.vocabulary.count
    let model = EncoderDecoder(network, seed: options.seed)
    onStage(.model(parameterCount: model.weights.layout.trainedCount))
    let data = texts.digest
    let identity = RunIdentity(
      options, kernels: compute.family.name,
      vocabularies: [texts.source.vocabulary, texts.target.vocabulary],
      data: data)
    let trained = try withoutActuallyEscaping(onStage) { onStage throws(DiscernError) in
      let store = try checkpoints?.store(identity, inputFlag: "--train and --dev") {
        onStage(.checkpointFailed($0))
      }
      return try wrapping(DiscernError.training) { () throws(TrainingError) in
        try Trainer(options.training, compute: compute).train(
          SequenceTraining(model, options.choicesOfTraining),
          source: PairSource(texts.training, batchSize: .texts(options.batchSize), seed: options.seed),
          development: texts.development, store: store, onEvent: { onStage(.training($0)) },
          isInterrupted: isInterrupted)
      }
    }
    var record = SequenceRecord()
    record.choices = options.choices
    record.trainingPairCount = texts.training.count
    record.developmentPairCount = texts.development.count
    record.data = data
    record.epochs = trained.epochs
    record.outcome = trained.outcome
    record.kernels = compute.family.name
    return SequenceModel(
      Folder(
        source: texts.source, target: texts.target, maximumTokens: options.maximumTokens,
        model: trained.model.model, facts: record))
  }
}
