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
  ///   - development: what early stopping and the learning rate watch; `nil` holds out a part
  ///     of the training texts, as the recipe and the corpus's groups say.
  ///   - unlabelled: more texts, for virtual adversarial training, self-training, or a teacher.
  ///   - given: the words to know; `nil` builds a vocabulary from the training and the unlabelled
  ///     texts. One that remembers its tokenizer wants the recipe to have the same.
  ///   - vectorsPath: a file of GloVe's, word2vec's or fastText's to begin from, text or binary.
  ///   - base: a shallower classifier of the same tasks to begin as (progressive growing): words, vectors and
  ///     weights are its own, and each layer that the recipe has beyond its layers begins as the identity.
  ///   - pretrained: words, tokenizer, vectors and layers to begin with; the recipe must be of the same
  ///     (`PretrainedEncoder.recipe`).
  ///   - teacher: a classifier of the same tasks and labels whose answers are learned from beside the labels
  ///     (distillation), also of the unlabelled texts; the recipe says how much they count.
  ///   - companion: a classifier of the same tasks, labels and development texts, whose networks of words
  ///     become a part of the model beside a pretrained transformer and n-grams.
  ///   - recipe: how it is trained.
  ///   - destination: where the model will be saved; there must be room for it before training begins.
  ///   - checkpoints: where the training's state is kept, and from which state it goes on.
  ///   - compute: threads and kernels.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: asked from time to time while data is read, and after every step; training then ends
  ///     with what is best so far.
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

  /// The same from packed texts, which may be more than memory holds: they stay on the disk, and the model is
  /// the one that the same texts with the same vocabulary give, bit for bit.
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

  /// The same as one of several processes, each of which has a part of every step and comes to the same
  /// model.
  ///
  /// - Parameter link: to the others.
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

  /// The same from files, folders or archives, recognised by themselves. Of an input with parts, `train` is
  /// learned from, and `dev` or `val`, if there is one, watched.
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
  /// Throws `DiscernError.conflict`, naming the settings, if another configuration makes other words than
  /// this one, which a vocabulary was made with.
  package func requireEqual(_ other: TokenizerConfiguration, vocabulary: String = "the vocabulary")
    throws(DiscernError)
  {
    let differences = differences(from: other)
    guard !differences.isEmpty else { return }
    throw .conflict(
      "\(vocabulary) was made with \(differences.map(\.own.flag).joined(separator: " ")), not with "
        + "\(differences.map(\.other.flag).joined(separator: " ")); "
        + "use the same settings, or build the vocabulary anew")
  }
}

extension TrainingRecipe {
  /// By task: what each label weighs; nil where all weigh the same.
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
