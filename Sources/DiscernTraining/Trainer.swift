import DiscernCorpus
import DiscernModels
import DiscernTensor

/// Trains a model: adversarial passes, gradient clipping, a learning rate schedule, early stopping with the
/// best weights restored.
///
/// The same data, seed and options give the same weights, bit for bit, with any number of threads.
public struct Trainer: Sendable {
  /// How models are trained.
  public let options: TrainingOptions
  /// Threads and kernels.
  public let compute: Compute

  /// A trainer with checked options.
  ///
  /// - Throws: `TrainingError.invalidOption`.
  public init(_ options: TrainingOptions, compute: Compute) throws(TrainingError) {
    try options.validate()
    self.options = options
    self.compute = compute
  }

  /// Trains a classifier.
  ///
  /// - Parameters:
  ///   - unlabelled: more texts, for virtual adversarial training.
  ///   - classWeights: by head, the weight of each label; nil, or a nil entry: equal weights.
  ///   - onEvent: called on the calling thread.
  ///   - isInterrupted: called after every step; if it returns true, training ends with the best weights so
  ///     far.
  /// - Throws: `TrainingError`; `.diverged` and `.interrupted` if no epoch has been measured yet.
  public func train(
    _ initial: NeuralClassifier, training: LabelledTexts, development: LabelledTexts,
    unlabelled: EncodedTexts? = nil, classWeights: [[Float]?]? = nil,
    onEvent: (TrainingEvent) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(TrainingError) -> TrainingResult {
    try train(
      initial, training: training, development: development, unlabelled: unlabelled,
      classWeights: classWeights, store: nil, onEvent: onEvent, isInterrupted: isInterrupted)
  }

  /// The same with a saved state.
  ///
  /// - Parameters:
  ///   - link: to the other processes that train the same model, each with a part of a step's batches.
  ///   - store: where the state is saved, and where training resumes from.
  package func train(
    _ initial: NeuralClassifier, training labelled: LabelledTexts, development: LabelledTexts,
    unlabelled: EncodedTexts? = nil, classWeights: [[Float]?]? = nil, link: any RankLink = SingleRank(),
    store: TrainingStore?, onEvent: (TrainingEvent) -> Void = { _ in },
    isInterrupted: () -> Bool = { false }
  ) throws(TrainingError) -> TrainingResult {
    let heads = initial.configuration.heads
    try options.validate(tasks: heads.map(\.name))
    try labelled.check(for: initial.configuration, part: "training")
    if let unlabelled {
      try LabelledTexts.check(unlabelled, for: initial.configuration, part: "unlabelled")
    }
    return try train(
      initial, texts: TextsInMemory(labelled.adding(unlabelled), labelCounts: heads.map(\.outputCount)),
      development: development, classWeights: classWeights, link: link, store: store, onEvent: onEvent,
      isInterrupted: isInterrupted)
  }

  /// The same from checked texts, wherever they are stored.
  package func train(
    _ initial: NeuralClassifier, texts: any LabelledTextStore, development: LabelledTexts,
    classWeights: [[Float]?]? = nil, link: any RankLink = SingleRank(), store: TrainingStore?,
    onEvent: (TrainingEvent) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(TrainingError) -> TrainingResult {
    let heads = initial.configuration.heads
    try options.validate(tasks: heads.map(\.name))
    try development.check(for: initial.configuration, part: "development")
    try Self.check(classWeights, heads)
    let trained = try train(
      ClassifierTraining(initial, options: options, classWeights: classWeights),
      source: LabelledTextSource(texts, options), development: development, link: link, store: store,
      onEvent: onEvent, isInterrupted: isInterrupted)
    return trained.map(\.classifier)
  }

  /// Trains any model.
  ///
  /// - Parameters:
  ///   - initial: the initial model; not changed.
  ///   - source: the source of batches.
  ///   - development: the data on which the model is measured.
  ///   - link: to the other processes that train the same model, each with a part of a step's batches.
  ///   - store: where the state is saved, and where training resumes from.
  /// - Throws: `TrainingError`; `.diverged` and `.interrupted` if no epoch has been measured yet.
  package func train<Model: TrainableModel, Source: BatchSource>(
    _ initial: Model, source: Source, development: Model.Development,
    link: any RankLink = SingleRank(), store: TrainingStore? = nil,
    onEvent: (TrainingEvent) -> Void = { _ in }, isInterrupted: () -> Bool = { false }
  ) throws(TrainingError) -> TrainedModel<Model> where Source.Batch == Model.Batch {
    if options.adversarial != .none, !initial.acceptsPerturbation {
      throw .invalidOption(
        name: "adversarial", value: options.adversarial.rawValue,
        expected: "none, since training moves nothing that this model's layers read")
    }
    return try withoutActuallyEscaping(onEvent) { onEvent throws(TrainingError) in
      try withoutActuallyEscaping(isInterrupted) { isInterrupted throws(TrainingError) in
        try TrainingLoop(
          initial, source: source, development: development, options: options, link: link,
          compute: compute, store: store, onEvent: onEvent, isInterrupted: isInterrupted
        ).run()
      }
    }
  }
}

extension Trainer {
  /// - Throws: `TrainingError.classWeights`.
  private static func check(
    _ weights: [[Float]?]?, _ heads: [HeadConfiguration]
  ) throws(TrainingError) {
    guard let weights else { return }
    guard weights.count == heads.count else {
      throw .classWeights(task: "", count: weights.count, expected: heads.count)
    }
    for (head, weights) in zip(heads, weights) {
      guard let weights else { continue }
      guard weights.count == head.outputCount, weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
        throw .classWeights(task: head.name, count: weights.count, expected: head.outputCount)
      }
    }
  }
}
