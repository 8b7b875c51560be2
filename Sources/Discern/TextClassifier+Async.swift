import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernTensor
import DiscernVocabulary

// Async versions of the blocking functions: the work is done on separate threads, and ends early with
// `DiscernError.interrupted` when the task is cancelled.
extension TextClassifier {
  /// Trains a classifier from labelled texts. A cancelled run gives no classifier, even if an epoch was
  /// complete.
  ///
  /// - Parameters:
  ///   - corpus: the training texts.
  ///   - development: the texts that early stopping and the learning rate monitor; nil holds out a part of
  ///     the training texts, according to the recipe and the corpus's groups.
  ///   - unlabelled: more texts, for virtual adversarial training or self-training.
  ///   - vocabulary: the vocabulary; nil builds one from the training and the unlabelled texts.
  ///   - vectors: a file of initial word vectors.
  ///   - recipe: how it is trained.
  ///   - destination: where the model will be saved; enough free space is required there before training
  ///     begins.
  ///   - checkpoints: where the state is saved, also when the run is cancelled, and the state from which
  ///     training resumes.
  ///   - compute: threads and kernels.
  ///   - onStage: called on the training thread.
  /// - Throws: `DiscernError`; `.interrupted` if the task is cancelled.
  public static func train(
    on corpus: Corpus, development: Corpus? = nil, unlabelled: Corpus? = nil, vocabulary: Vocabulary? = nil,
    vectors: String? = nil, recipe: TrainingRecipe = TrainingRecipe(),
    destination: ModelDestination? = nil, checkpoints: TrainingCheckpoints? = nil,
    compute: Compute = Compute(), onStage: @escaping @Sendable (TrainingStage) -> Void = { _ in }
  ) async throws(DiscernError) -> TextClassifier {
    try await BlockingWork.run { isCancelled throws(DiscernError) in
      try train(
        on: corpus, development: development, unlabelled: unlabelled, vocabulary: vocabulary,
        vectors: vectors, recipe: recipe, destination: destination, checkpoints: checkpoints,
        compute: compute, onStage: onStage, isInterrupted: { isCancelled() })
    }
  }

  /// A text's classification; texts that arrive at the same time from several tasks are classified together.
  public func classify(_ text: String) async throws(DiscernError) -> Classification {
    try await pool.queue().classify(text)
  }

  /// The texts' classifications, in their order.
  public func classify(_ texts: [String]) async throws(DiscernError) -> [Classification] {
    try await BlockingWork.run { isCancelled throws(DiscernError) in
      var result: [Classification] = []
      var rest = texts[...]
      while !rest.isEmpty, !isCancelled() {
        result += try classify(Array(rest.prefix(Self.textsAtOnce)))
        rest = rest.dropFirst(Self.textsAtOnce)
      }
      return result
    }
  }

  /// Cancellation is checked after this many texts.
  private static var textsAtOnce: Int { 256 }

  /// Measures the classifier on labelled texts, like the blocking version. A measurement that has begun runs
  /// to its end.
  public func evaluate(
    on corpus: Corpus, threshold: Float? = nil, compute: Compute = Compute()
  ) async throws(DiscernError) -> (report: EvaluationReport, data: EncodedCorpus) {
    try await BlockingWork.run { _ throws(DiscernError) in
      try evaluate(on: corpus, threshold: threshold, compute: compute)
    }
  }
}
