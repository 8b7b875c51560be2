import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTraining
import DiscernVocabulary

/// Training and development texts, encoded.
struct TrainingTexts {
  /// The training texts in memory; empty if they are in shards.
  private(set) var training: LabelledTexts
  /// Training texts on disk, used instead of `training`.
  private let shards: ShardedTexts?
  /// The number of training texts that were labelled by a model.
  private(set) var addedCount = 0
  private(set) var development: LabelledTexts
  let tasks: [ClassificationTask]
  let trainingSummary: EncodingSummary
  let developmentSummary: EncodingSummary?
  let columns: TableColumns?
  /// The texts for n-grams; nil without n-grams.
  private(set) var wide: WideTexts?
  /// The same without texts labelled by a teacher, if there are any.
  private(set) var wideOwn: WideTexts?
  /// The indices of the corpus's training texts, in order; nil: all.
  private let trainingPlaces: [Int]?

  init(
    _ corpus: Corpus, _ developmentCorpus: Corpus?, labelSets: [LabelSet]? = nil, _ encoder: CorpusEncoder,
    _ recipe: TrainingRecipe,
    _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    let encoded = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try encoder.encode(
        corpus, labelSets: labelSets, sketches: recipe.developmentSplit == .nearDuplicates,
        words: recipe.model.hasNGrams, isInterrupted: isInterrupted)
    }
    onStage(.read(encoded.reading, encoded.summary, part: "training"))
    let findings = encoded.labelFindings
    if !findings.isEmpty { onStage(.labelFindings(findings)) }
    try Self.check(encoded, weightColumn: corpus.options.weightColumn)
    columns = encoded.sameColumns
    tasks = encoded.tasks
    trainingSummary = encoded.summary
    let parts =
      if let developmentCorpus {
        try Parts(encoded, measuredOn: developmentCorpus, encoder, recipe, onStage, isInterrupted)
      } else {
        try Parts(dividing: encoded, by: corpus.options.groupColumn, recipe, onStage)
      }
    (training, development) = (parts.training, parts.development)
    (developmentSummary, wide) = (parts.developmentSummary, parts.wide)
    trainingPlaces = parts.places
    shards = nil
  }

  /// Packed texts: development texts are read, the others stay on disk.
  init(_ packed: PackedTexts, _ onStage: (TrainingStage) -> Void) throws(DiscernError) {
    onStage(.packed(packed))
    let content = packed.folder.content
    tasks = content.tasks
    training = LabelledTexts(texts: EncodedTexts(), targets: tasks.map { _ in TaskLabels(numbers: []) })
    shards = packed.folder.training
    let held = try wrapping(DiscernError.shards) { () throws(ShardError) in
      try packed.folder.development.loaded()
    }
    development = LabelledTexts(texts: held.texts, targets: held.targets)
    trainingSummary = content.trainingSummary
    developmentSummary = content.developmentSummary
    columns = content.columns
    trainingPlaces = nil
  }

  /// All training texts.
  var learned: any LabelledTextStore {
    shards ?? TextsInMemory(training, labelCounts: tasks.map(\.labels.count))
  }

  /// Nil if the texts are in memory.
  var learnedOnDisk: (any LabelledTextStore)? { shards }

  /// - Throws: `DiscernError` if nothing can be learned from the labels, or every text has weight 0.
  static func check(_ encoded: EncodedCorpus, weightColumn: ColumnSelector?) throws(DiscernError) {
    if encoded.targets.isEmpty { throw .vocabulary(.noLabels) }
    if let weights = encoded.weights, weights.allSatisfy({ $0 == 0 }) {
      let column = weightColumn.map { " \($0)" } ?? ""
      throw .corpus(.allWeightsZero(source: "--weight-column" + column))
    }
    for target in encoded.targets where target.column.separator == nil {
      let (name, labels) = (target.column.task, target.labelSet)
      if !name.isEmpty, labels.count == 1 {
        throw .corpus(.singleLabel(task: name, label: labels.name(at: 0)))
      }
      try wrapping(DiscernError.vocabulary) { () throws(VocabularyError) in try labels.requireSeveral() }
    }
  }

  /// The training and development texts.
  private struct Parts {
    let training: LabelledTexts
    let development: LabelledTexts
    var developmentSummary: EncodingSummary?
    let wide: WideTexts?
    var places: [Int]?

    /// With separate development data: all texts are training texts.
    init(
      _ encoded: EncodedCorpus, measuredOn corpus: Corpus, _ encoder: CorpusEncoder, _ recipe: TrainingRecipe,
      _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
    ) throws(DiscernError) {
      let held = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try encoder.encode(
          corpus, labelSets: encoded.targets.map(\.labelSet), words: recipe.model.hasNGrams,
          isInterrupted: isInterrupted)
      }
      onStage(.read(held.reading, held.summary, part: "development"))
      if held.targets.isEmpty { throw .vocabulary(.noLabels) }
      let labels = encoded.targets.map(\.labels)
      training = LabelledTexts(texts: encoded.texts, targets: labels, weights: encoded.weights)
      development = LabelledTexts(texts: held.texts, targets: held.targets.map(\.labels))
      developmentSummary = held.summary
      wide = WideTexts(
        encoded, labels, groups: encoded.groupNumbers, training: nil, development: held.words)
    }

    /// A part of the texts is held out.
    init(
      dividing encoded: EncodedCorpus, by column: ColumnSelector?, _ recipe: TrainingRecipe,
      _ onStage: (TrainingStage) -> Void
    ) throws(DiscernError) {
      let split = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try encoded.divided(
          recipe.developmentSplit, column: column, fraction: recipe.validationFraction,
          seed: recipe.options.seed)
      }
      if let groups = split.groups { onStage(.divided(groups)) }
      onStage(.heldOut(texts: split.development.count, of: encoded.count))
      let labels = encoded.targets.map(\.labels)
      func part(_ indices: [Int]) -> LabelledTexts {
        LabelledTexts(
          texts: encoded.texts.selecting(indices), targets: labels.map { $0.selecting(indices) },
          weights: encoded.weights.map { weights in indices.map { weights[$0] } })
      }
      training = part(split.training)
      development = part(split.development)
      places = split.training
      wide = WideTexts(
        encoded, labels, groups: split.groupNumbers, training: split.training,
        development: encoded.words?.selecting(split.development))
    }
  }

  /// The same with more training texts, which were labelled by a model.
  ///
  /// - Parameter weights: [texts] the weight of each.
  func adding(_ more: EncodedCorpus, _ targets: [TaskLabels], _ weights: [Float]) -> TrainingTexts {
    var result = self
    result.training = training.adding(LabelledTexts(texts: more.texts, targets: targets, weights: weights))
    result.addedCount += more.texts.count
    result.wide = more.words.flatMap { wide?.adding($0, targets, weights) }
    return result
  }

  /// The same with vectors of all texts in memory.
  func with(_ vectors: (EncodedTexts) throws(DiscernError) -> TextVectors) throws(DiscernError)
    -> TrainingTexts
  {
    func with(_ own: LabelledTexts) throws(DiscernError) -> LabelledTexts {
      var texts = own.texts
      texts.vectors = try vectors(texts)
      return LabelledTexts(
        texts: texts, targets: own.targets, weights: own.weights, teacher: own.teacher)
    }
    var result = self
    result.training = try with(training)
    result.development = try with(development)
    return result
  }

  /// The number of texts in the training corpus, including held-out ones.
  var corpusCount: Int {
    training.texts.count + (trainingPlaces == nil ? 0 : development.texts.count)
  }

  /// The same with a teacher's answers for the texts, and for further unlabelled texts.
  ///
  /// N-grams learn the labels that the teacher would give the unlabelled texts.
  ///
  /// - Parameter more: the answers for the texts of `unlabelled`.
  func taught(
    _ own: TeacherTargets, unlabelled: EncodedCorpus?,
    _ more: (soft: TeacherTargets, labels: [TaskLabels], weights: [Float])?
  ) -> TrainingTexts {
    var result = self
    let teacher = trainingPlaces.map(own.selecting) ?? own
    result.training = LabelledTexts(
      texts: training.texts, targets: training.targets, weights: training.weights, teacher: teacher)
    guard let unlabelled, let more else { return result }
    let none = Array(repeating: TaskLabels.none, count: unlabelled.count)
    result.training = result.training.adding(
      LabelledTexts(
        texts: unlabelled.texts,
        targets: training.targets.map { TaskLabels(numbers: none, sets: $0.sets.map { _ in [] }) },
        weights: nil, teacher: more.soft))
    result.addedCount += unlabelled.count
    result.wide = unlabelled.words.flatMap { wide?.adding($0, more.labels, more.weights) }
    result.wideOwn = wide
    return result
  }
}
