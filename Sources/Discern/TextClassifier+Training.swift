import DiscernBundle
import DiscernCorpus
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

extension TextClassifier {
  /// Trains a classifier from labelled texts.
  ///
  /// - Parameters:
  ///   - corpus: the training texts.
  ///   - development: the texts that early stopping and the learning rate monitor; `nil` holds out a part of
  ///     the training texts, according to the recipe and the corpus's groups.
  ///   - unlabelled: more texts, for virtual adversarial training, self-training, or a teacher.
  ///   - given: the vocabulary; nil builds one from the training and the unlabelled texts. If it records its
  ///     tokenizer, the recipe must have the same one.
  ///   - vectorsPath: a file of initial word vectors, in the text or binary format of GloVe, word2vec or
  ///     fastText.
  ///   - base: a shallower classifier for the same tasks, from which training starts (progressive growing):
  ///     words, vectors and weights are copied from it, and each additional layer of the recipe begins as the
  ///     identity.
  ///   - pretrained: the source of words, tokenizer, vectors and initial layers; the recipe must match it
  ///     (`PretrainedEncoder.recipe`).
  ///   - teacher: a classifier with the same tasks and labels whose answers are targets in addition to
  ///     the labels (distillation), also for the unlabelled texts; the recipe sets their weight.
  ///   - companion: a classifier with the same tasks, labels and development texts, whose word networks
  ///     become part of the model, together with a pretrained transformer and n-grams.
  ///   - recipe: how it is trained.
  ///   - destination: where the model will be saved; enough free space is required there before training
  ///     begins.
  ///   - checkpoints: where the state is saved, and the state from which training resumes.
  ///   - compute: threads and kernels.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: called from time to time while data is read, and after every step; if it returns
  ///     true, training ends with the best weights so far.
  /// - Throws: `DiscernError`; `.interrupted` if there is no model yet.
  public static func train(
    on corpus: Corpus, development: Corpus? = nil, unlabelled: Corpus? = nil,
    vocabulary given: Vocabulary? = nil, vectors vectorsPath: String? = nil,
    growingFrom base: TextClassifier? = nil, pretrained: PretrainedEncoder? = nil,
    teacher: TextClassifier? = nil, beside companion: TextClassifier? = nil,
    recipe: TrainingRecipe = TrainingRecipe(), destination: ModelDestination? = nil,
    checkpoints: TrainingCheckpoints? = nil,
    compute: Compute = Compute(), onStage: (TrainingStage) -> Void = { _ in },
    isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> TextClassifier {
    try TrainingInputs(
      texts: .corpus(corpus, development: development), unlabelled: unlabelled, vocabulary: given,
      vectorsPath: vectorsPath, base: base, pretrained: pretrained, teacher: teacher, companion: companion,
      checkpoints: checkpoints, compute: compute
    ).train(by: recipe, destination: destination, onStage, isInterrupted)
  }

  /// The same from packed texts, which may be larger than memory: they stay on disk, and the model is
  /// bit-identical to one from the unpacked texts with the same vocabulary.
  ///
  /// Words, lengths and development texts are those of the packing; a model with n-grams needs the texts
  /// themselves.
  public static func train(
    on packed: PackedTexts, vectors vectorsPath: String? = nil, growingFrom base: TextClassifier? = nil,
    pretrained: PretrainedEncoder? = nil, recipe: TrainingRecipe = TrainingRecipe(),
    destination: ModelDestination? = nil, checkpoints: TrainingCheckpoints? = nil,
    compute: Compute = Compute(), onStage: (TrainingStage) -> Void = { _ in },
    isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> TextClassifier {
    try TrainingInputs(
      texts: .packed(packed), unlabelled: nil, vocabulary: packed.vocabulary,
      vectorsPath: vectorsPath, base: base, pretrained: pretrained, teacher: nil,
      checkpoints: checkpoints, compute: compute
    ).train(by: recipe, destination: destination, onStage, isInterrupted)
  }

  /// The same as one of several processes, each of which computes a part of every step and obtains the same
  /// model.
  ///
  /// - Parameter link: the connection to the others.
  package static func train(
    on texts: TrainingSource, unlabelled: Corpus? = nil, vocabulary: Vocabulary? = nil,
    vectors vectorsPath: String? = nil, growingFrom base: TextClassifier? = nil,
    pretrained: PretrainedEncoder? = nil, teacher: TextClassifier? = nil,
    beside companion: TextClassifier? = nil, recipe: TrainingRecipe,
    destination: ModelDestination?, checkpoints: TrainingCheckpoints?, link: any RankLink, compute: Compute,
    onStage: (TrainingStage) -> Void, isInterrupted: () -> Bool
  ) throws(DiscernError) -> TextClassifier {
    var inputs = TrainingInputs(
      texts: texts, unlabelled: unlabelled, vocabulary: vocabulary ?? texts.packed?.vocabulary,
      vectorsPath: vectorsPath, base: base, pretrained: pretrained, teacher: teacher,
      checkpoints: checkpoints, compute: compute)
    inputs.link = link
    inputs.companion = companion
    return try inputs.train(by: recipe, destination: destination, onStage, isInterrupted)
  }

  /// The same from files, folders or archives, whose formats are detected. If an input has parts, `train` is
  /// the training part, and `dev` or `val`, if there is one, the development part.
  public static func train(
    on paths: [String], recipe: TrainingRecipe = TrainingRecipe(), compute: Compute = Compute(),
    onStage: (TrainingStage) -> Void = { _ in }
  ) throws(DiscernError) -> TextClassifier {
    let (corpus, development) = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      let corpus = try Corpus(paths: paths)
      guard corpus.availableParts.contains(.train) else { return (corpus, nil as Corpus?) }
      return (try corpus.selecting(.train), corpus.developmentPart)
    }
    return try train(on: corpus, development: development, recipe: recipe, compute: compute, onStage: onStage)
  }
}

extension TokenizerConfiguration {
  /// Throws `DiscernError.conflict`, naming the settings, if another configuration divides texts differently
  /// from this one, with which a vocabulary was built.
  package func requireEqual(_ other: TokenizerConfiguration, vocabulary: String = "the vocabulary")
    throws(DiscernError)
  {
    let differences = differences(from: other)
    guard !differences.isEmpty else { return }
    throw .conflict(
      "\(vocabulary) was built with \(differences.map(\.own.flag).joined(separator: " ")), not with "
        + "\(differences.map(\.other.flag).joined(separator: " ")); use the same settings, or rebuild the "
        + "vocabulary")
  }
}

extension TrainingRecipe {
  /// By task: the weight of each label; nil if all weigh the same.
  func classWeights(
    _ tasks: [ClassificationTask], _ labels: [LabelTally]
  ) throws(CorpusError) -> [[Float]?] {
    var result: [[Float]?] = []
    for (task, labels) in zip(tasks, labels) {
      let weighting = classWeights[task.name] ?? classWeights[""]
      result.append(
        try weighting.map { (weighting) throws(CorpusError) in try weighting.weights(task.labels, labels) })
    }
    return result
  }
}
