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
  ///   - unlabelled: more texts, for virtual adversarial training.
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
    try check(recipe, corpus, development, hasUnlabelled: unlabelled != nil)
    var recipe = try checkpoints?.check(recipe, kernels: compute.family.name) ?? recipe
    if let base { recipe = recipe.taking(openFrom: base.record.recipe) }
    try base?.requireGrowth(to: recipe, hasWords: given != nil || vectorsPath != nil)
    if base != nil, pretrained != nil {
      throw .conflict("a model begins with --grow-from or with --pretrained; leave one of them out")
    }
    try pretrained?.requireFit(recipe, hasVocabulary: given != nil, hasVectors: vectorsPath != nil)
    try recipe.checkMemory(hasVectors: vectorsPath != nil)
    let tokenizer = try wrapping(DiscernError.text) { () throws(TextError) in
      try Tokenizer(recipe.tokenizer)
    }
    let threads = compute.threadCount
    if let made = given?.tokenizer { try made.requireEqual(recipe.tokenizer) }
    let known = base?.encoder.vocabulary ?? pretrained?.vocabulary ?? given
    var words = VocabularyBuilder()
    if known == nil || recipe.needsTextFacts {
      let corpora = [corpus] + (known == nil ? [unlabelled].compactMap(\.self) : [])
      let counts = try counted(corpora, tokenizer, threads, isInterrupted)
      report(recipe.fit(to: TextFacts(counts.lengths, buildsVocabulary: known == nil)), onStage)
      words = counts.words
    }
    var vocabulary =
      known ?? words.build(maximumSize: recipe.vocabularySize, minimumCount: recipe.minimumCount)
    // The model has it elsewhere.
    vocabulary.tokenizer = nil
    onStage(.vocabulary(vocabulary, wasGiven: given != nil || base != nil || pretrained != nil))
    let encoder = TextEncoder(
      tokenizer: tokenizer, vocabulary: vocabulary, maximumTokens: recipe.maximumTokens,
      truncation: recipe.truncation)

    let corpusEncoder = CorpusEncoder(encoder, threads: threads)
    let data = try TrainingTexts(
      corpus, development, labelSets: base?.tasks.map(\.labels), corpusEncoder, recipe, onStage,
      isInterrupted)
    try base?.requireSameTasks(data.tasks)
    let more = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try unlabelled.map { corpus throws(CorpusError) in
        try corpusEncoder.encode(corpus, isInterrupted: isInterrupted)
      }
    }
    if let more { onStage(.read(more.reading, more.summary, part: "unlabelled")) }
    for (task, labels) in zip(data.tasks, data.training.targets) {
      onStage(.labels(task, trainingCounts: labels.counts(labelCount: task.labels.count)))
    }
    report(recipe.fit(to: LabelFacts(data, isPretrained: pretrained != nil)), onStage)
    let classWeights = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try recipe.classWeights(data.tasks, data.training.targets)
    }

    var vectors: WordVectors?
    if let vectorsPath {
      vectors = try wrapping(DiscernError.vectors) { () throws(WordVectorsError) in
        try WordVectors.load(
          path: vectorsPath, vocabulary: vocabulary, seed: recipe.options.seed, isInterrupted: isInterrupted)
      }
    }
    if let vectors { onStage(.vectors(vectors)) }
    let configuration = recipe.configuration(
      vocabularySize: vocabulary.count, heads: data.tasks.map(\.head),
      embeddingSize: vectors?.dimension ?? base?.model.configuration.encoder.embeddingSize
        ?? recipe.encoder.embeddingSize)
    try recipe.checkMemory(
      configuration,
      lengths: data.training.lengths
        + (more.map { more in (0..<more.texts.count).map(more.texts.length) } ?? []),
      hasVectors: vectors != nil)
    let keeping = try checkpoints.map { checkpoints throws(DiscernError) in
      let identity = TrainingIdentity(
        recipe, kernels: compute.family.name, data, unlabelled: more?.summary, vocabulary: vocabulary,
        vectors: vectors, base: base, pretrained: pretrained, classWeights: classWeights)
      try checkpoints.check(read: identity)
      return (checkpoints: checkpoints, identity: identity)
    }
    let seeds = TrainingSeeds(
      recipe: recipe, configuration: configuration, vectors: vectors?.rows, bases: base?.models ?? [],
      pretrained: pretrained?.weights,
      data: data, unlabelled: more?.texts, classWeights: classWeights, keeping: keeping, compute: compute)
    let (models, runs, outcome) = try seeds.train(onStage, isInterrupted) { model throws(DiscernError) in
      let numbers = model.shapes.reduce(0) { $0 + $1.shape.reduce(1, *) }
      let bytes = recipe.ensembleSize * numbers * MemoryLayout<Float>.stride + vocabulary.fileContents.count
      try requireSpace(bytes, at: destination)
      onStage(.model(model))
    }
    let (tasks, together) = try tuned(
      data.tasks, models, data.development, calibrates: recipe.calibrates, recipe.options, compute, onStage)
    let hints = TrainingHint.hints(of: runs, data)
    if !hints.isEmpty { onStage(.hints(hints)) }
    return TextClassifier(
      encoder: encoder, tasks: tasks, models: models,
      record: TrainingRecord(
        recipe: recipe, trainingData: data.trainingSummary, developmentData: data.developmentSummary,
        unlabelledData: more?.summary, columns: data.columns, trainingTextCount: data.training.texts.count,
        developmentTextCount: data.development.texts.count, wordsWithVectors: vectors?.foundCount,
        runs: runs, together: together, outcome: outcome, kernels: compute.family.name))
  }

  private static func requireSpace(
    _ bytes: Int, at destination: ModelDestination?
  ) throws(DiscernError) {
    do throws(BundleError) { try destination?.requireSpace(bytes) } catch { throw .folder(.bundle(error)) }
  }

  /// Checks all choices that do not depend on what is in the files.
  private static func check(
    _ recipe: TrainingRecipe, _ corpus: Corpus, _ development: Corpus?, hasUnlabelled: Bool
  ) throws(DiscernError) {
    try recipe.validate()
    if hasUnlabelled, recipe.options.adversarial != .vat {
      throw .conflict(
        "unlabelled texts (--unlabelled) are of use to virtual adversarial training (--adversarial vat) alone"
      )
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

  private static func report(_ choices: [FittedChoice], _ onStage: (TrainingStage) -> Void) {
    if !choices.isEmpty { onStage(.fitted(choices)) }
  }

  /// The tasks with what suits the development texts best: temperatures, if asked for, and thresholds of
  /// multi-label tasks. Also the scores of several models together.
  private static func tuned(
    _ tasks: [ClassificationTask], _ models: [AttentionLSTMClassifier], _ development: LabelledTexts,
    calibrates: Bool, _ options: TrainingOptions, _ compute: Compute, _ onStage: (TrainingStage) -> Void
  ) throws(DiscernError) -> (tasks: [ClassificationTask], together: [TaskScores]?) {
    guard calibrates || models.count > 1 || tasks.contains(where: { $0.thresholds != nil }) else {
      return (tasks, nil)
    }
    let predictor = Predictor(models, compute: compute)
    let logits = predictor.logits(development.texts)
    var result = tasks
    let temperatures =
      calibrates ? predictor.temperatures(ofLogits: logits, development.targets) : tasks.map { _ in nil }
    for index in tasks.indices { result[index].temperature = temperatures[index] ?? 1 }
    func predictions(_ temperatures: [Double]) throws(DiscernError) -> [TaskPredictions?] {
      try wrapping(DiscernError.evaluation) { () throws(EvaluationError) in
        try predictor.predictions(ofLogits: logits, development.targets, temperatures: temperatures)
      }
    }
    let before = try predictions(tasks.map { _ in 1 })
    let after = try predictions(result.map(\.temperature))
    for index in tasks.indices {
      let metric = options.metric(ofTask: tasks[index].name)
      if let tuned = after[index]?.tunedThresholds(by: metric.average) {
        result[index].decision = .thresholds(tuned.thresholds)
        onStage(.thresholds(tuned, task: tasks[index].name))
      }
      if calibrates, let before = before[index]?.calibrationError, let after = after[index]?.calibrationError
      {
        onStage(
          .calibrated(
            TrainingStage.Calibration(
              task: tasks[index].name, temperature: temperatures[index], errorBefore: before,
              errorAfter: after)))
      }
    }
    let together = zip(tasks, before).compactMap { task, predictions in
      predictions.map { TaskScores(task: task.name, $0, metric: options.metric(ofTask: task.name)) }
    }
    return (result, models.count > 1 ? together : nil)
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
