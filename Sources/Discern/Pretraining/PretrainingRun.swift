import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernSystem
import DiscernTensor
import DiscernTraining

/// Runs the training, which is the same for language models and word vectors.
struct PretrainingRun {
  let options: PretrainingOptions
  let texts: PretrainingTexts
  let compute: Compute
  let checkpoints: RunCheckpoints?
  /// The digest of the initial word vectors; nil: none.
  var vectors: String?

  /// - Parameter isFollowed: whether training is followed by another step that may be interrupted.
  func train<Model: TrainableModel>(
    _ model: Model, directionCount: Int, isFollowed: Bool = false, _ onStage: (PretrainingStage) -> Void,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> TrainedModel<Model>
  where Model.Batch == SegmentBatch, Model.Development == EncodedTexts {
    onStage(.model(parameterCount: model.weights.layout.trainedCount))
    let source = SegmentSource(
      texts.training, sequenceCount: options.batchSize, segmentLength: options.segmentLength,
      directionCount: directionCount, seed: options.seed)
    let identity = RunIdentity(options, texts, kernels: compute.family.name, vectors: vectors)
    return try withoutActuallyEscaping(onStage) { onStage throws(DiscernError) in
      let store = try checkpoints?.store(identity, inputFlag: "--input", isFollowed: isFollowed) {
        onStage(.checkpointFailed($0))
      }
      return try wrapping(DiscernError.training) { () throws(TrainingError) in
        try Trainer(options.training(stepCount: source.plan(epoch: 1).count), compute: compute).train(
          model, source: source, development: texts.heldOut, store: store,
          onEvent: { onStage(.training($0)) }, isInterrupted: isInterrupted)
      }
    }
  }

  func record<Model>(_ trained: TrainedModel<Model>) -> PretrainingRecord {
    var record = PretrainingRecord()
    record.choices = options.choices
    record.data = texts.summary
    record.trainingTextCount = texts.training.count
    record.heldOutTextCount = texts.heldOut.count
    record.heldOutTokenCount = texts.heldOut.tokenIDs.count
    record.unigramPerplexity = texts.unigramPerplexity
    record.perplexities = (trained.best.tasks ?? []).map { exp($0.loss) }
    record.epochs = trained.epochs
    record.outcome = trained.outcome
    record.kernels = compute.family.name
    return record
  }
}
