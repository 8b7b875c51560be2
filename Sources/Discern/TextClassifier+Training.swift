import DiscernBatching
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
  case vocabulary(Vocabulary, wasGiven: Bool)
  case vectors(WordVectors)
  case labels(LabelSet, trainingCounts: [Int])
  case model(AttentionLSTMClassifier)
  case training(TrainingEvent)
  /// What calibration on the development texts came to.
  case calibrated(Calibration)

  public struct Calibration: Sendable {
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
  ///     texts.
  ///   - vectors: a GloVe, word2vec or fastText text file to begin from.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: asked after every step; training then ends with what is best so far.
  /// - Throws: `DiscernError`.
  public static func train(
    on corpus: Corpus, development: Corpus? = nil, unlabelled: Corpus? = nil,
    vocabulary given: Vocabulary? = nil, vectors vectorsPath: String? = nil,
    recipe: TrainingRecipe = TrainingRecipe(),
    compute: Compute = Compute(), onStage: (TrainingStage) -> Void = { _ in },
    isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> TextClassifier {
    try recipe.validate()
    if unlabelled != nil, recipe.options.adversarial != .vat {
      throw .conflict("unlabelled texts are of use to virtual adversarial training (vat) alone")
    }
    let trainer = try wrapping(DiscernError.training) { () throws(TrainingError) in
      try Trainer(recipe.options, compute: compute)
    }
    let tokenizer = try wrapping(DiscernError.text) { () throws(TextError) in
      try Tokenizer(recipe.tokenizer)
    }
    let threads = compute.threadCount
    let vocabulary: Vocabulary
    if let given {
      vocabulary = given
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
    var counts = [Int](repeating: 0, count: data.labels.count)
    for label in data.training.labels { counts[Int(label)] += 1 }
    onStage(.labels(data.labels, trainingCounts: counts))

    var vectors: WordVectors?
    if let vectorsPath {
      vectors = try wrapping(DiscernError.vectors) { () throws(WordVectorsError) in
        try WordVectors.load(path: vectorsPath, vocabulary: vocabulary, seed: recipe.options.seed)
      }
    }
    if let vectors { onStage(.vectors(vectors)) }
    let model = try wrapping(DiscernError.model) { () throws(ModelError) in
      try AttentionLSTMClassifier(
        configuration: recipe.configuration(
          vocabularySize: vocabulary.count, classCount: data.labels.count,
          embeddingSize: vectors?.dimension ?? recipe.embeddingSize),
        seed: recipe.options.seed, vectors: vectors?.rows)
    }
    onStage(.model(model))
    let result = try wrapping(DiscernError.training) { () throws(TrainingError) in
      try trainer.train(
        model, training: data.training, development: data.development, unlabelled: more?.texts,
        onEvent: { onStage(.training($0)) }, isInterrupted: isInterrupted)
    }
    var temperature = 1.0
    if recipe.calibrates {
      let calibration = try Self.calibration(of: result.model, on: data.development, compute)
      temperature = calibration.temperature ?? 1
      onStage(.calibrated(calibration))
    }
    return TextClassifier(
      encoder: encoder, labels: data.labels, model: result.model, temperature: temperature,
      record: TrainingRecord(
        recipe: recipe, trainingData: data.trainingSummary, developmentData: data.developmentSummary,
        unlabelledData: more?.summary, trainingTextCount: data.training.texts.count,
        developmentTextCount: data.development.texts.count, wordsWithVectors: vectors?.foundCount,
        epochs: result.epochs, outcome: result.outcome, kernels: compute.family.name))
  }

  /// The temperature that suits the development texts.
  private static func calibration(
    of model: AttentionLSTMClassifier, on data: LabelledTexts, _ compute: Compute
  ) throws(DiscernError) -> TrainingStage.Calibration {
    let predictor = Predictor(model, compute: compute)
    let classes = model.configuration.classCount
    let logits = predictor.logits(data.texts)
    let temperature = TemperatureScaling.temperature(
      logits: logits, classCount: classes, labels: data.labels)
    func error(_ temperature: Double) throws(DiscernError) -> Double {
      try wrapping(DiscernError.evaluation) { () throws(EvaluationError) in
        try ProbabilisticPredictions(
          probabilities: predictor.softmaxOfRows(logits, temperature: temperature), classCount: classes,
          labels: data.labels
        ).calibration().expectedCalibrationError
      }
    }
    return TrainingStage.Calibration(
      temperature: temperature, errorBefore: try error(1), errorAfter: try error(temperature ?? 1))
  }

  /// The same from files, folders or archives, recognised by themselves. Of an input with `train` and
  /// `test`, the training part is taken.
  public static func train(
    on paths: [String], recipe: TrainingRecipe = TrainingRecipe(), compute: Compute = Compute(),
    onStage: (TrainingStage) -> Void = { _ in }
  ) throws(DiscernError) -> TextClassifier {
    let corpus = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      let corpus = try Corpus(paths: paths)
      return corpus.availableParts.contains(.train) ? try corpus.selecting(.train) : corpus
    }
    return try train(on: corpus, recipe: recipe, compute: compute, onStage: onStage)
  }

  /// Measures the classifier on labelled files, folders or archives. Of an input with `train` and `test`,
  /// the test part is taken.
  public func evaluate(
    on paths: [String], compute: Compute = Compute()
  ) throws(DiscernError) -> (report: ClassificationReport, data: EncodedCorpus) {
    let corpus = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      let corpus = try Corpus(paths: paths)
      return corpus.availableParts.contains(.test) ? try corpus.selecting(.test) : corpus
    }
    return try evaluate(on: corpus, compute: compute)
  }

  /// Measures the classifier on labelled texts.
  ///
  /// - Throws: `DiscernError.corpus`, also for a label that the model does not have.
  public func evaluate(
    on corpus: Corpus, compute: Compute = Compute()
  ) throws(DiscernError) -> (report: ClassificationReport, data: EncodedCorpus) {
    let (predictions, plain, data) = try predictions(on: corpus, encoder: encoder, compute: compute)
    let report = ClassificationReport(
      predictions, labelNames: labels.names,
      uncalibrated: plain.map { ClassificationReport.Uncalibrated($0, temperature: temperature) })
    return (report, data)
  }

  /// The classifier's probabilities on labelled texts, with the temperature and, where it is not 1,
  /// without.
  func predictions(
    on corpus: Corpus, encoder: TextEncoder, compute: Compute
  ) throws(DiscernError) -> (
    predictions: ProbabilisticPredictions, uncalibrated: ProbabilisticPredictions?, data: EncodedCorpus
  ) {
    let data = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try CorpusEncoder(encoder, threads: compute.threadCount).encode(corpus, labelSet: labels)
    }
    let predictor = Predictor(model, compute: compute)
    let logits = predictor.logits(data.texts)
    func predictions(_ temperature: Double) throws(DiscernError) -> ProbabilisticPredictions {
      try wrapping(DiscernError.evaluation) { () throws(EvaluationError) in
        try ProbabilisticPredictions(
          probabilities: predictor.softmaxOfRows(logits, temperature: temperature),
          classCount: labels.count, labels: data.labels)
      }
    }
    return (try predictions(temperature), temperature == 1 ? nil : try predictions(1), data)
  }
}

/// Training and development texts, encoded.
private struct Data {
  let training: LabelledTexts
  let development: LabelledTexts
  let labels: LabelSet
  let trainingSummary: EncodingSummary
  let developmentSummary: EncodingSummary?

  init(
    _ corpus: Corpus, _ developmentCorpus: Corpus?, _ encoder: CorpusEncoder, _ recipe: TrainingRecipe,
    _ onStage: (TrainingStage) -> Void
  ) throws(DiscernError) {
    let encoded = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try encoder.encode(corpus)
    }
    onStage(.read(encoded.reading, encoded.summary, part: "training"))
    guard let labels = encoded.labelSet else { throw .vocabulary(.noLabels) }
    try wrapping(DiscernError.vocabulary) { () throws(VocabularyError) in try labels.requireSeveral() }
    self.labels = labels
    trainingSummary = encoded.summary
    if let developmentCorpus {
      let held = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try encoder.encode(developmentCorpus, labelSet: labels)
      }
      onStage(.read(held.reading, held.summary, part: "development"))
      training = LabelledTexts(texts: encoded.texts, labels: encoded.labels)
      development = LabelledTexts(texts: held.texts, labels: held.labels)
      developmentSummary = held.summary
    } else {
      let split = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try StratifiedSplit(
          labels: encoded.labels, fraction: recipe.developmentFraction, seed: recipe.options.seed)
      }
      func part(_ indices: [Int]) -> LabelledTexts {
        LabelledTexts(texts: encoded.texts.selecting(indices), labels: indices.map { encoded.labels[$0] })
      }
      training = part(split.training)
      development = part(split.development)
      developmentSummary = nil
    }
  }
}
