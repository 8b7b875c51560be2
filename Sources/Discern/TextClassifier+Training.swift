import DiscernBatching
import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

/// What `TextClassifier.train` tells while it works.
public enum TrainingStage: Sendable {
  /// How the inputs were understood, and what was skipped.
  case read(ReadingReport, EncodingSummary, part: String)
  /// What looks wrong with the training texts' labels; not called where nothing does.
  case labelFindings([DataCheck.Finding])
  case vocabulary(Vocabulary, wasGiven: Bool)
  case vectors(WordVectors)
  /// A task's labels and how many training texts have each; once for every task.
  case labels(ClassificationTask, trainingCounts: [Int])
  case model(AttentionLSTMClassifier)
  /// The training of one of several models begins; `index` from 0.
  case run(seed: UInt64, index: Int, count: Int)
  case training(TrainingEvent)
  /// What calibration on the development texts came to; once for every task.
  case calibrated(Calibration)

  public struct Calibration: Sendable {
    /// Empty for the only task of a model that was not given a name.
    public let task: String
    /// `nil` where the development texts give none; the probabilities then stay as they are.
    public let temperature: Double?
    /// Expected calibration errors.
    public let errorBefore: Double
    public let errorAfter: Double
  }
}

extension TextClassifier {
  /// Trains a classifier from labelled texts.
  ///
  /// - Parameters:
  ///   - corpus: the training texts.
  ///   - development: what early stopping and the learning rate watch; `nil` holds out a stratified
  ///     part of the training texts.
  ///   - unlabelled: more texts, for virtual adversarial training.
  ///   - vocabulary: the words to know; `nil` builds a vocabulary from the training and the unlabelled
  ///     texts. One that remembers its tokenizer wants the recipe to have the same.
  ///   - vectors: a file of GloVe's, word2vec's or fastText's to begin from, text or binary.
  ///   - destination: where the model will be saved; there must be room for it before training begins.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: asked after every step; training then ends with what is best so far.
  /// - Throws: `DiscernError`.
  public static func train(
    on corpus: Corpus, development: Corpus? = nil, unlabelled: Corpus? = nil,
    vocabulary given: Vocabulary? = nil, vectors vectorsPath: String? = nil,
    recipe: TrainingRecipe = TrainingRecipe(),
    destination: ModelDestination? = nil,
    compute: Compute = Compute(), onStage: (TrainingStage) -> Void = { _ in },
    isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> TextClassifier {
    try recipe.validate()
    if unlabelled != nil, recipe.options.adversarial != .vat {
      throw .conflict(
        "unlabelled texts (--unlabelled) are of use to virtual adversarial training (--adversarial vat) alone"
      )
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
    let tokenizer = try wrapping(DiscernError.text) { () throws(TextError) in
      try Tokenizer(recipe.tokenizer)
    }
    let threads = compute.threadCount
    var vocabulary: Vocabulary
    if let given {
      if let made = given.tokenizer { try made.requireEqual(recipe.tokenizer) }
      vocabulary = given
      // The model has it elsewhere.
      vocabulary.tokenizer = nil
    } else {
      let counts = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        var counts = try corpus.countTokens(with: tokenizer, threads: threads).builder
        if let unlabelled {
          counts.merge(try unlabelled.countTokens(with: tokenizer, threads: threads).builder)
        }
        return counts
      }
      vocabulary = counts.build(
        maximumSize: recipe.vocabularySize, minimumCount: recipe.minimumCount)
    }
    onStage(.vocabulary(vocabulary, wasGiven: given != nil))
    let encoder = TextEncoder(
      tokenizer: tokenizer, vocabulary: vocabulary, maximumTokens: recipe.maximumTokens,
      truncation: recipe.truncation)

    let corpusEncoder = CorpusEncoder(encoder, threads: threads)
    let data = try Data(corpus, development, corpusEncoder, recipe, onStage)
    let more = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try unlabelled.map { corpus throws(CorpusError) in try corpusEncoder.encode(corpus) }
    }
    if let more { onStage(.read(more.reading, more.summary, part: "unlabelled")) }
    for (task, labels) in zip(data.tasks, data.training.targets) {
      onStage(.labels(task, trainingCounts: labels.counts(labelCount: task.labels.count)))
    }
    let classWeights = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try recipe.classWeights(data.tasks, data.training.targets)
    }

    var vectors: WordVectors?
    if let vectorsPath {
      vectors = try wrapping(DiscernError.vectors) { () throws(WordVectorsError) in
        try WordVectors.load(path: vectorsPath, vocabulary: vocabulary, seed: recipe.options.seed)
      }
    }
    if let vectors { onStage(.vectors(vectors)) }
    let configuration = recipe.configuration(
      vocabularySize: vocabulary.count, heads: data.tasks.map(\.head),
      embeddingSize: vectors?.dimension ?? recipe.embeddingSize)
    let (models, runs, outcome) = try trainModels(recipe, onStage) {
      (options, isFirst) throws(DiscernError) in
      let model = try wrapping(DiscernError.model) { () throws(ModelError) in
        try AttentionLSTMClassifier(
          configuration: configuration, seed: options.seed, vectors: vectors?.rows)
      }
      if isFirst {
        let numbers = model.shapes.reduce(0) { $0 + $1.shape.reduce(1, *) }
        let bytes = recipe.seeds * numbers * MemoryLayout<Float>.stride + vocabulary.fileContents.count
        try requireSpace(bytes, at: destination)
        onStage(.model(model))
      }
      return try wrapping(DiscernError.training) { () throws(TrainingError) in
        try Trainer(options, compute: compute).train(
          model, training: data.training, development: data.development, unlabelled: more?.texts,
          classWeights: classWeights, onEvent: { onStage(.training($0)) }, isInterrupted: isInterrupted)
      }
    }
    let (tasks, together) = try tuned(
      data.tasks, models, data.development, calibrates: recipe.calibrates, compute, onStage)
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

  /// Trains a model for each seed. One that is interrupted, or diverges at once, is left out if there are
  /// finished ones, and no further one is begun.
  private static func trainModels(
    _ recipe: TrainingRecipe, _ onStage: (TrainingStage) -> Void,
    _ train: (_ options: TrainingOptions, _ isFirst: Bool) throws(DiscernError) -> TrainingResult
  ) throws(DiscernError) -> (models: [AttentionLSTMClassifier], runs: [TrainingRun], TrainingOutcome) {
    var models: [AttentionLSTMClassifier] = []
    var runs: [TrainingRun] = []
    var options = recipe.options
    for index in 0..<recipe.seeds {
      options.seed = recipe.options.seed &+ UInt64(index)
      if recipe.seeds > 1 { onStage(.run(seed: options.seed, index: index, count: recipe.seeds)) }
      let result: TrainingResult
      do throws(DiscernError) {
        result = try train(options, index == 0)
      } catch {
        guard case .training(.diverged) = error, index > 0 else { throw error }
        return (models, runs, .diverged)
      }
      if result.outcome == .interrupted, index > 0 { return (models, runs, .interrupted) }
      models.append(result.model)
      runs.append(TrainingRun(seed: options.seed, epochs: result.epochs, outcome: result.outcome))
      if result.outcome == .interrupted { break }
    }
    return (models, runs, runs[runs.count - 1].outcome)
  }

  /// The tasks with what suits the development texts best: temperatures, if asked for, and thresholds where a text may have several. Also the scores of several models together.
  private static func tuned(
    _ tasks: [ClassificationTask], _ models: [AttentionLSTMClassifier], _ development: LabelledTexts,
    calibrates: Bool, _ compute: Compute, _ onStage: (TrainingStage) -> Void
  ) throws(DiscernError) -> (tasks: [ClassificationTask], together: [TaskScores]?) {
    guard calibrates || models.count > 1 || tasks.contains(where: \.isMultiLabel) else { return (tasks, nil) }
    let predictor = Predictor(models, compute: compute)
    let logits = predictor.logits(development.texts)
    let configuration = predictor.model.configuration
    let outputs = configuration.outputCount
    var result = tasks
    var temperatures: [Double?] = tasks.map { _ in nil }
    for (index, range) in configuration.headRanges.enumerated() where calibrates {
      let target = development.targets[index]
      let known = target.numbers.indices.filter { target.numbers[$0] >= 0 }
      let own = known.flatMap {
        logits[$0 * outputs + range.lowerBound..<$0 * outputs + range.upperBound]
      }
      temperatures[index] =
        tasks[index].isMultiLabel
        ? TemperatureScaling.temperature(
          logits: own,
          isTrue: known.flatMap { text in
            let ids = Set(target.ids(text) ?? [])
            return (0..<Int32(range.count)).map(ids.contains)
          })
        : TemperatureScaling.temperature(
          logits: own, classCount: range.count, labels: known.map { target.numbers[$0] })
      result[index].temperature = temperatures[index] ?? 1
    }
    func predictions(_ temperatures: [Double]) throws(DiscernError) -> [TaskPredictions?] {
      try wrapping(DiscernError.evaluation) { () throws(EvaluationError) in
        try Trainer.predictions(predictor, logits: logits, development.targets, temperatures: temperatures)
      }
    }
    let before = try predictions(tasks.map { _ in 1 })
    let after = try predictions(result.map(\.temperature))
    for index in tasks.indices {
      result[index].thresholds = after[index]?.tunedThresholds()
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
      predictions.map { TaskScores(task: task.name, $0) }
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

/// Training and development texts, encoded.
private struct Data {
  let training: LabelledTexts
  let development: LabelledTexts
  let tasks: [ClassificationTask]
  let trainingSummary: EncodingSummary
  let developmentSummary: EncodingSummary?
  let columns: TableColumns?

  init(
    _ corpus: Corpus, _ developmentCorpus: Corpus?, _ encoder: CorpusEncoder, _ recipe: TrainingRecipe,
    _ onStage: (TrainingStage) -> Void
  ) throws(DiscernError) {
    let encoded = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try encoder.encode(corpus)
    }
    onStage(.read(encoded.reading, encoded.summary, part: "training"))
    let findings = encoded.labelFindings
    if !findings.isEmpty { onStage(.labelFindings(findings)) }
    if encoded.targets.isEmpty { throw .vocabulary(.noLabels) }
    for (task, _) in encoded.targets where !task.isMultiLabel {
      if !task.name.isEmpty, task.labels.count == 1 {
        throw .corpus(.singleLabel(task: task.name, label: task.labels.name(at: 0)))
      }
      try wrapping(DiscernError.vocabulary) { () throws(VocabularyError) in try task.labels.requireSeveral() }
    }
    let inputs = encoded.reading.inputs.map(\.columns)
    columns = inputs.allSatisfy { $0 == inputs[0] } ? inputs[0] : nil
    tasks = encoded.targets.map { target in
      var task = target.task
      // Where a single task's labels stand is asked anew.
      if encoded.targets.count == 1 { task.column = nil }
      return task
    }
    let labels = encoded.targets.map(\.labels)
    trainingSummary = encoded.summary
    if let developmentCorpus {
      let held = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try encoder.encode(developmentCorpus, labelSets: encoded.targets.map(\.task.labels))
      }
      onStage(.read(held.reading, held.summary, part: "development"))
      if held.targets.isEmpty { throw .vocabulary(.noLabels) }
      training = LabelledTexts(texts: encoded.texts, targets: labels, weights: encoded.weights)
      development = LabelledTexts(texts: held.texts, targets: held.targets.map(\.labels))
      developmentSummary = held.summary
    } else {
      let split = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try StratifiedSplit(
          targets: labels, fraction: recipe.developmentFraction, seed: recipe.options.seed)
      }
      func part(_ indices: [Int]) -> LabelledTexts {
        LabelledTexts(
          texts: encoded.texts.selecting(indices), targets: labels.map { $0.selecting(indices) },
          weights: encoded.weights.map { weights in indices.map { weights[$0] } })
      }
      training = part(split.training)
      development = part(split.development)
      developmentSummary = nil
    }
  }
}

extension ClassificationTask {
  /// The output that answers it.
  package var head: ClassifierHead {
    ClassifierHead(name: name, classCount: labels.count, isMultiLabel: isMultiLabel)
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
        try weighting.map { (weighting) throws(CorpusError) in try weighting.weights(task, labels) })
    }
    return result
  }
}
