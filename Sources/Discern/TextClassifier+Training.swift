import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
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
  ///   - unlabelled: more texts, for virtual adversarial training and self-training.
  ///   - vocabulary: the words to know; `nil` builds a vocabulary from the training and the unlabelled
  ///     texts. One that remembers its tokenizer wants the recipe to have the same.
  ///   - vectors: a file of GloVe's, word2vec's or fastText's to begin from, text or binary.
  ///   - base: a shallower classifier of the same tasks to begin as (progressive growing): words, vectors and
  ///     weights are its own, and each layer that the recipe has beyond its layers begins as the identity.
  ///   - pretrained: words, tokenizer, vectors and layers to begin with; the recipe must be of the same
  ///     (`PretrainedEncoder.recipe`).
  ///   - destination: where the model will be saved; there must be room for it before training begins.
  ///   - checkpoints: where the training's state is kept, and from which state it goes on.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: asked from time to time while data is read, and after every step; training then ends
  ///     with what is best so far.
  /// - Throws: `DiscernError`; `.interrupted` if there is no model yet.
  public static func train(
    on corpus: Corpus, development: Corpus? = nil, unlabelled: Corpus? = nil,
    vocabulary given: Vocabulary? = nil, vectors vectorsPath: String? = nil,
    growingFrom base: TextClassifier? = nil, pretrained: PretrainedEncoder? = nil,
    recipe: TrainingRecipe = TrainingRecipe(), destination: ModelDestination? = nil,
    checkpoints: TrainingCheckpoints? = nil,
    compute: Compute = Compute(), onStage: (TrainingStage) -> Void = { _ in },
    isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> TextClassifier {
    try base?.requireNetworkToGrow()
    try check(recipe, corpus, development, hasUnlabelled: unlabelled != nil)
    try recipe.requireUse(
      vocabulary: given != nil, vectors: vectorsPath != nil, base: base != nil,
      pretrained: pretrained != nil, checkpoints: checkpoints != nil)
    var recipe = try checkpoints?.check(recipe, kernels: compute.family.name) ?? recipe
    if let base { recipe = recipe.taking(openFrom: base.record.recipe) }
    let open = recipe.open
    try base?.requireGrowth(to: recipe, hasWords: given != nil || vectorsPath != nil)
    if base != nil, pretrained != nil {
      throw .conflict("a model begins with --grow-from or with --pretrained; leave one of them out")
    }
    try pretrained?.requireFit(recipe, hasVocabulary: given != nil, hasVectors: vectorsPath != nil)
    try recipe.checkMemory(hasVectors: vectorsPath != nil)
    if let made = given?.tokenizer { try made.requireEqual(recipe.tokenizer) }
    var fitted: [FittedChoice] = []
    let vocabulary = try words(
      base?.encoder.vocabulary ?? pretrained?.vocabulary ?? given, corpus, unlabelled, &recipe, &fitted,
      compute, onStage, isInterrupted)
    if recipe.model.hasNetwork {
      onStage(.vocabulary(vocabulary, wasGiven: given != nil || base != nil || pretrained != nil))
    }
    var encoder = TextEncoder(
      tokenizer: try tokenizer(of: recipe), vocabulary: vocabulary,
      maximumTokens: recipe.model.hasNetwork ? recipe.maximumTokens : nil,
      truncation: recipe.truncation)
    encoder.letters = recipe.model.hasNetwork ? recipe.encoder.letters : nil

    let corpusEncoder = CorpusEncoder(encoder, threads: compute.threadCount)
    let data = try TrainingTexts(
      corpus, development, labelSets: base?.tasks.map(\.labels), corpusEncoder, recipe, onStage,
      isInterrupted)
    try base?.requireSameTasks(data.tasks)
    let more = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try unlabelled.map { corpus throws(CorpusError) in
        try corpusEncoder.encode(
          corpus, words: recipe.selfTrains && recipe.model.hasNGrams,
          isInterrupted: isInterrupted)
      }
    }
    if let more { onStage(.read(more.reading, more.summary, part: "unlabelled")) }
    for (task, labels) in zip(data.tasks, data.training.targets) {
      onStage(.labels(task, trainingCounts: labels.counts(labelCount: task.labels.count)))
    }
    if recipe.model.hasNetwork {
      fitted += report(recipe.fit(to: LabelFacts(data, isPretrained: pretrained != nil)), onStage)
    } else {
      recipe = recipe.resolved
    }
    let classWeights = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try recipe.classWeights(data.tasks, data.training.targets)
    }
    let keys = Set(fitted.map(\.key))
    fitted += open.filter { !keys.contains($0.key) }
    fitted = checkpoints?.keep(fitted: fitted) ?? fitted
    var record = TrainingRecord(recipe, fitted, data, unlabelled: more?.summary, kernels: compute.family.name)
    let networks =
      try recipe.model.hasNetwork
      ? NetworkTraining(
        data, unlabelled: more, classWeights, vocabulary, vectorsPath: vectorsPath, base, pretrained, recipe,
        checkpoints, compute, onStage, isInterrupted) : nil
    record.wordsWithVectors = networks?.wordsWithVectors
    record.pretrained = pretrained?.digest
    record.grownFrom = base?.weightsDigest
    let job = TrainingJob(
      recipe: recipe, classWeights: classWeights, networks: networks, destination: destination,
      compute: compute)
    let round = try job.run(data, unlabelled: more, &record, onStage, isInterrupted)
    let hints = TrainingHint.hints(of: record, data)
    if !hints.isEmpty { onStage(.hints(hints)) }
    let model = try job.model(of: round, &record, isInterrupted)
    return TextClassifier(
      encoder: encoder.with(model.ngrams?.vocabulary), tasks: round.tasks, model: model, record: record)
  }

  /// Checks all choices that do not depend on what is in the files.
  private static func check(
    _ recipe: TrainingRecipe, _ corpus: Corpus, _ development: Corpus?, hasUnlabelled: Bool
  ) throws(DiscernError) {
    try recipe.validate()
    if hasUnlabelled, recipe.options.adversarial != .vat, !recipe.selfTrains {
      throw .conflict(
        "unlabelled texts (--unlabelled) are of use to --self-train and to --adversarial vat alone; "
          + "give one of them too")
    }
    if recipe.selfTrains, !hasUnlabelled {
      throw .conflict("--self-train labels texts that have no label; give them with --unlabelled")
    }
    if development != nil, let column = corpus.options.groupColumn {
      throw .conflict(
        "--group-column \(column) says how a part of --train is held out, and there are development texts "
          + "already (--dev, or a part of --train's own); give one of both")
    }
    if development != nil, recipe.developmentSplit != .stratified {
      throw .conflict(
        "--dev-split \(recipe.developmentSplit.rawValue) says how a part of --train is held out, and there "
          + "are development texts already (--dev, or a part of --train's own); give one of both")
    }
    let names = corpus.options.labelColumns.map(\.task)
    try recipe.validate(tasks: names)
    if let name = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw .conflict("two tasks are named “\(name)”; give each a name of its own")
    }
    if let name = names.first(where: { !LabelColumn.isTaskName($0) && (names.count > 1 || !$0.isEmpty) }) {
      throw .conflict("“\(name)” cannot be a task's name; use letters, digits, _ and -")
    }
    if let development, development.options.labelColumns.map(\.task) != names {
      throw .conflict("the development data is read with other tasks than the training data")
    }
  }

  private static func tokenizer(of recipe: TrainingRecipe) throws(DiscernError) -> Tokenizer {
    try wrapping(DiscernError.text) { () throws(TextError) in try Tokenizer(recipe.tokenizer) }
  }

  /// The words that the network knows: known ones, or the most frequent of all texts; none without a network.
  /// Makes the choices that the texts by themselves decide about.
  private static func words(
    _ known: Vocabulary?, _ corpus: Corpus, _ unlabelled: Corpus?, _ recipe: inout TrainingRecipe,
    _ fitted: inout [FittedChoice], _ compute: Compute, _ onStage: (TrainingStage) -> Void,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> Vocabulary {
    if !recipe.model.hasNetwork { return Vocabulary(words: []) }
    var words = VocabularyBuilder()
    if known == nil || recipe.needsTextFacts {
      let corpora = [corpus] + (known == nil ? [unlabelled].compactMap(\.self) : [])
      let counts = try counted(corpora, tokenizer(of: recipe), compute.threadCount, isInterrupted)
      fitted += report(
        recipe.fit(
          to: TextFacts(
            counts.lengths, buildsVocabulary: known == nil, onceShare: counts.words.onceShare)), onStage)
      words = counts.words
    }
    var vocabulary =
      known ?? words.build(maximumSize: recipe.vocabularySize, minimumCount: recipe.minimumCount)
    // The model has it elsewhere.
    vocabulary.tokenizer = nil
    return vocabulary
  }

  /// The words of all texts, and the lengths of the first corpus's.
  private static func counted(
    _ corpora: [Corpus], _ tokenizer: Tokenizer, _ threads: Int, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> (words: VocabularyBuilder, lengths: TextLengths) {
    var words = VocabularyBuilder()
    var lengths: TextLengths?
    for corpus in corpora {
      let counts = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try corpus.countTokens(with: tokenizer, threads: threads, isInterrupted: isInterrupted)
      }
      words.merge(counts.builder)
      lengths = lengths ?? counts.lengths
    }
    return (words, lengths ?? TextLengths())
  }

  private static func report(
    _ choices: [FittedChoice], _ onStage: (TrainingStage) -> Void
  ) -> [FittedChoice] {
    if !choices.isEmpty { onStage(.fitted(choices)) }
    return choices
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
    _ tasks: [ClassificationTask], _ labels: [TaskLabels]
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
