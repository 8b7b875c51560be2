import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernText
import DiscernTraining
import DiscernVocabulary

/// All inputs of training, as given to `TextClassifier.train`.
struct TrainingInputs {
  let texts: TrainingSource
  let unlabelled: Corpus?
  let vocabulary: Vocabulary?
  let vectorsPath: String?
  let base: TextClassifier?
  let pretrained: PretrainedEncoder?
  let teacher: TextClassifier?
  /// The classifier whose word networks become part of the model, joined with a transformer.
  var companion: TextClassifier?
  let checkpoints: TrainingCheckpoints?
  let compute: Compute
  /// By task: all labels, including those of no text; nil: the labels of the texts.
  var labelSets: [LabelSet]?
  /// The connection to the other processes of this run.
  var link: any RankLink = SingleRank()

  func train(
    by given: TrainingRecipe, destination: ModelDestination?, _ onStage: (TrainingStage) -> Void,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> TextClassifier {
    var recipe = try checked(given)
    if let reference = destination?.reference { try check(reference, recipe) }
    let companion = try self.companion.map { own throws(DiscernError) in try Companion(own, for: recipe) }
    let open = recipe.open
    var fitted: [FittedChoice] = []
    var encoder = try self.encoder(&recipe, &fitted, onStage, isInterrupted)
    encoder.companion = companion?.encoder
    let corpusEncoder = CorpusEncoder(encoder, threads: compute.threadCount)
    var data: TrainingTexts
    switch texts {
    case .corpus(let corpus, let development):
      data = try TrainingTexts(
        corpus, development, labelSets: base?.tasks.map(\.labels) ?? labelSets, corpusEncoder, recipe,
        onStage, isInterrupted)
    case .packed(let packed): data = try TrainingTexts(packed, onStage)
    }
    try base?.requireSameTasks(data.tasks)
    try companion?.requireFit(data, recipe)
    var more = try encodedUnlabelled(corpusEncoder, recipe, onStage, isInterrupted)
    let tallies = data.learned.tallies
    for (task, labels) in zip(data.tasks, tallies) {
      onStage(.labels(task, trainingCounts: labels.counts))
    }
    fit(&recipe, data, open: open, &fitted, onStage)
    let classWeights = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try recipe.classWeights(data.tasks, tallies)
    }
    if let folder = pretrained?.transformerFolder, recipe.isTransformer {
      try addVectors(by: folder, recipe, &data, &more, onStage, isInterrupted)
    }
    var record = TrainingRecord(recipe, fitted, data, unlabelled: more?.summary, kernels: compute.family.name)
    let networks =
      try recipe.model.hasNetwork
      ? NetworkTraining(
        data, unlabelled: more, classWeights, encoder.vocabulary, vectorsPath: vectorsPath, base, pretrained,
        teacher, self.companion, recipe, checkpoints, link, compute, onStage, isInterrupted) : nil
    record.files = TrainingRecord.Files(texts, unlabelled)
    record.wordsWithVectors = networks?.wordsWithVectors
    record.pretrained = pretrained?.digest
    record.grownFrom = base?.weightsDigest
    record.teacher = teacher?.teacherDigest
    record.companion = self.companion?.weightsDigest
    let job = TrainingJob(
      recipe: recipe, classWeights: classWeights, networks: networks,
      companions: companion?.networks ?? [], destination: destination, compute: compute)
    let texts = try taught(data, unlabelled: more, recipe, onStage, isInterrupted)
    let round = try job.run(texts, unlabelled: more, &record, onStage, isInterrupted)
    let hints = TrainingHint.hints(of: record, data, neverGiven: round.neverGiven)
    if !hints.isEmpty { onStage(.hints(hints)) }
    let model = try job.model(of: round, &record, onStage, isInterrupted)
    return TextClassifier(
      encoder: encoder.with(model.ngrams?.vocabulary), tasks: round.tasks, model: model, record: record)
  }

  /// The encoder, and everything that packing must know about the texts before it writes them.
  func encoded(
    _ recipe: inout TrainingRecipe, _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> (encoder: TextEncoder, data: TextsToPack) {
    guard let corpus = texts.corpus else { throw .conflict("the texts are packed already") }
    recipe = try checked(recipe)
    var fitted: [FittedChoice] = []
    let encoder = try self.encoder(&recipe, &fitted, onStage, isInterrupted)
    let data = try TextsToPack(
      corpus, texts.development, CorpusEncoder(encoder, threads: compute.threadCount), recipe, onStage,
      isInterrupted)
    return (encoder, data)
  }

  /// The recipe for training, after all checks that are possible before anything is read.
  private func checked(_ recipe: TrainingRecipe) throws(DiscernError) -> TrainingRecipe {
    try base?.requireNetworkToGrow()
    try check(recipe)
    try recipe.requireUse(
      vocabulary: vocabulary != nil, vectors: vectorsPath != nil, base: base != nil,
      pretrained: pretrained != nil, checkpoints: checkpoints != nil)
    var recipe = try checkpoints?.check(recipe, kernels: compute.family.name) ?? recipe
    if let base { recipe = recipe.taking(openFrom: base.record.recipe) }
    try base?.requireGrowth(
      to: recipe, hasWords: vocabulary != nil && texts.packed == nil || vectorsPath != nil)
    if base != nil, pretrained != nil { throw PretrainedEncoder.twoBeginnings }
    if let packed = texts.packed {
      recipe = try packed.fitting(recipe)
      if let base { try packed.requireSameWords(base.encoder.vocabulary, flag: "--grow-from") }
      if let pretrained {
        guard let model = pretrained.languageModel else {
          throw .conflict("a pretrained transformer needs the texts themselves, and packed texts are ids")
        }
        try packed.requireSameWords(model.vocabulary, flag: "--pretrained")
      }
    }
    if recipe.isTransformer, pretrained == nil {
      throw .conflict(
        "the transformer must be a downloaded one; give its folder (--pretrained), or leave out "
          + (recipe.model == .transformer ? "--model transformer" : "--encoder transformer"))
    }
    try pretrained?.requireFit(
      recipe, hasVocabulary: vocabulary != nil && texts.packed == nil, hasVectors: vectorsPath != nil)
    if link.count > 1 { try recipe.requireFit(ranks: link.count) }
    try recipe.checkMemory(hasVectors: vectorsPath != nil)
    if let made = vocabulary?.tokenizer { try made.requireEqual(recipe.tokenizer) }
    return recipe
  }

  /// The encoder of texts to ids. Chooses the settings that depend on the texts alone.
  private func encoder(
    _ recipe: inout TrainingRecipe, _ fitted: inout [FittedChoice], _ onStage: (TrainingStage) -> Void,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> TextEncoder {
    let words = try self.words(&recipe, &fitted, onStage, isInterrupted)
    let hasNetwork = recipe.model.hasNetwork
    if let folder = pretrained?.transformerFolder, recipe.isTransformer {
      onStage(.transformer(folder.model.configuration, pieces: folder.tokenizer.pieces.count))
    } else if hasNetwork {
      onStage(.vocabulary(words, wasGiven: vocabulary != nil || base != nil || pretrained != nil))
    }
    var encoder = TextEncoder(
      tokenizer: try Self.tokenizer(of: recipe), vocabulary: words,
      maximumTokens: hasNetwork ? recipe.maximumTokens : nil, truncation: recipe.truncation)
    encoder.letters = hasNetwork && !recipe.isTransformer ? recipe.encoder.letters : nil
    encoder.dividesSentences = recipe.isHierarchical
    encoder.pieces = recipe.isTransformer ? pretrained?.transformerFolder?.tokenizer : nil
    return encoder
  }

  private func encodedUnlabelled(
    _ encoder: CorpusEncoder, _ recipe: TrainingRecipe, _ onStage: (TrainingStage) -> Void,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> EncodedCorpus? {
    guard let unlabelled else { return nil }
    let encoded = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try encoder.encode(
        unlabelled, words: (recipe.selfTrains || teacher != nil) && recipe.model.hasNGrams,
        isInterrupted: isInterrupted)
    }
    onStage(.read(encoded.reading, encoded.summary, part: "unlabelled"))
    return encoded
  }

  /// The texts with the teacher's answers, if there is a teacher.
  private func taught(
    _ data: TrainingTexts, unlabelled encoded: EncodedCorpus?, _ recipe: TrainingRecipe,
    _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> TrainingTexts {
    guard let teacher, let corpus = texts.corpus else { return data }
    let asked = try Teacher(teacher, for: data.tasks, recipe.options, compute)
    let own = try asked.answers(to: corpus, count: data.corpusCount, isInterrupted)
    var more: (soft: TeacherTargets, labels: [TaskLabels], weights: [Float])?
    if let unlabelled, let encoded {
      more = try asked.answers(to: unlabelled, count: encoded.count, isInterrupted)
    }
    onStage(.taught(texts: data.corpusCount, unlabelled: encoded?.count ?? 0))
    return data.taught(own.soft, unlabelled: encoded, more)
  }

  /// Chooses the remaining settings. `fitted` then has all settings derived from the texts.
  ///
  /// - Parameter open: the settings that were open.
  private func fit(
    _ recipe: inout TrainingRecipe, _ data: TrainingTexts, open: [FittedChoice],
    _ fitted: inout [FittedChoice], _ onStage: (TrainingStage) -> Void
  ) {
    if recipe.model.hasNetwork {
      fitted += Self.report(recipe.fit(to: LabelFacts(data, isPretrained: pretrained != nil)), onStage)
    } else {
      recipe = recipe.resolved
    }
    let keys = Set(fitted.map(\.key))
    fitted += open.filter { !keys.contains($0.key) }
    fitted = checkpoints?.keep(fitted: fitted) ?? fitted
  }

  /// Checks all settings that do not depend on the files' contents.
  private func check(_ recipe: TrainingRecipe) throws(DiscernError) {
    try recipe.validate()
    if unlabelled != nil, recipe.options.adversarial != .vat, !recipe.selfTrains, teacher == nil {
      throw .conflict(
        "unlabelled texts (--unlabelled) are only for --self-train, --teacher and --adversarial vat; give "
          + "one of them too")
    }
    if recipe.selfTrains, teacher != nil {
      throw .conflict(
        "--self-train and --teacher both label the texts of --unlabelled; leave one of them out")
    }
    if teacher != nil, !recipe.model.hasNetwork, unlabelled == nil {
      throw .conflict(
        "--teacher trains a network, or n-grams on texts of --unlabelled; give these, or --model joined")
    }
    if recipe.selfTrains, unlabelled == nil {
      throw .conflict("--self-train labels texts that have no label; give them with --unlabelled")
    }
    guard let corpus = texts.corpus else {
      return try recipe.validate(tasks: texts.packed?.tasks.map(\.name) ?? [])
    }
    let development = texts.development
    if development != nil, let column = corpus.options.groupColumn {
      throw .conflict(
        "--group-column \(column) decides how a part of --train is held out, but there are development texts "
          + "already (--dev, or a part of --train's own); leave one of them out")
    }
    if development != nil, recipe.developmentSplit != .stratified {
      throw .conflict(
        "--dev-split \(recipe.developmentSplit.rawValue) decides how a part of --train is held out, but "
          + "there are development texts already (--dev, or a part of --train's own); leave one of them out")
    }
    let names = corpus.options.labelColumns.map(\.task)
    try recipe.validate(tasks: names)
    if let name = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw .conflict("two tasks are named “\(name)”; give them different names")
    }
    if let name = names.first(where: { !LabelColumn.isTaskName($0) && (names.count > 1 || !$0.isEmpty) }) {
      throw .conflict("“\(name)” cannot be a task's name; use letters, digits, _ and -")
    }
    if let development, development.options.labelColumns.map(\.task) != names {
      throw .conflict("the development data has other tasks than the training data")
    }
  }

  private static func tokenizer(of recipe: TrainingRecipe) throws(DiscernError) -> Tokenizer {
    try wrapping(DiscernError.text) { () throws(TextError) in try Tokenizer(recipe.tokenizer) }
  }

  /// The network's words: given ones, or the most frequent of all texts; none without a network. Chooses the
  /// settings that depend on the texts alone.
  private func words(
    _ recipe: inout TrainingRecipe, _ fitted: inout [FittedChoice], _ onStage: (TrainingStage) -> Void,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> Vocabulary {
    let known = base?.encoder.vocabulary ?? pretrained?.languageModel?.vocabulary ?? vocabulary
    if !recipe.model.hasNetwork || recipe.isTransformer { return Vocabulary(words: []) }
    var words = VocabularyBuilder()
    if known == nil || recipe.needsTextFacts {
      let corpora = [texts.corpus].compactMap(\.self) + (known == nil ? [unlabelled].compactMap(\.self) : [])
      let counts = try counted(corpora, Self.tokenizer(of: recipe), isInterrupted)
      fitted += Self.report(
        recipe.fit(
          to: TextFacts(
            counts.lengths, buildsVocabulary: known == nil, onceShare: counts.words.onceShare)), onStage)
      words = counts.words
    }
    var vocabulary =
      known ?? words.build(maximumSize: recipe.vocabularySize, minimumCount: recipe.minimumCount)
    // The model stores the tokenizer elsewhere.
    vocabulary.tokenizer = nil
    return vocabulary
  }

  /// The words of all texts, and the lengths of the first corpus's texts.
  private func counted(
    _ corpora: [Corpus], _ tokenizer: Tokenizer, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> (words: VocabularyBuilder, lengths: TextLengths) {
    var words = VocabularyBuilder()
    var lengths: TextLengths?
    for corpus in corpora {
      let counts = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
        try corpus.countTokens(with: tokenizer, threads: compute.threadCount, isInterrupted: isInterrupted)
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
}
