import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernText
import DiscernVocabulary

/// Everything, apart from its state, that determines a run's results, bit for bit: it must be the same when
/// the run resumes.
struct TrainingIdentity: Codable, Sendable {
  /// Every setting by its key.
  let recipe: [String: String]
  /// The kernel family.
  let kernels: String
  let tokenizer: TokenizerConfiguration
  /// The digests of the words, the data and other inputs; nil for missing inputs.
  let vocabulary: String
  let training: Data
  let development: Data?
  let unlabelled: Data?
  let tasks: [String]
  let vectors: String?
  /// The digest of the weights of the models from which training grows.
  let bases: String?
  /// The digest of the pretrained weights.
  let pretrained: String?
  /// The digest of the weights of the teacher.
  let teacher: String?
  /// The digest of the word networks joined with the transformer.
  let companion: String?
  let classWeights: String?

  /// The data that was read.
  struct Data: Codable, Sendable, Equatable, CustomStringConvertible {
    let texts: Int
    let digest: String

    init(_ summary: EncodingSummary) {
      texts = summary.texts
      digest = summary.digest
    }

    var description: String { "\(texts) texts with the digest \(digest)" }
  }

  /// Cost: hashes everything that is not hashed already.
  init(
    _ recipe: TrainingRecipe, kernels: String, _ data: TrainingTexts, unlabelled: EncodingSummary?,
    vocabulary: Vocabulary, vectors: WordVectors?, base: TextClassifier?, pretrained: PretrainedEncoder?,
    teacher: TextClassifier?, companion: TextClassifier?, classWeights: [[Float]?]
  ) {
    self.recipe = Self.choices(recipe)
    self.kernels = kernels
    tokenizer = recipe.tokenizer
    self.vocabulary = FileDigest.of(bytes: vocabulary.fileContents).sha256
    training = Data(data.trainingSummary)
    development = data.developmentSummary.map(Data.init)
    self.unlabelled = unlabelled.map(Data.init)
    tasks = data.tasks.map(Self.task)
    self.vectors = vectors.map { FileDigest.of($0.rows).sha256 }
    bases = base?.weightsDigest
    self.pretrained = pretrained?.digest
    self.teacher = teacher?.teacherDigest
    self.companion = companion?.weightsDigest
    self.classWeights =
      classWeights.contains { $0 != nil } ? FileDigest.of(classWeights.flatMap { $0 ?? [] }).sha256 : nil
  }

  /// A task's name, with its kind of decision.
  static func task(_ task: ClassificationTask) -> String {
    switch task.decision {
    case .likeliest: task.name
    case .thresholds: task.name + " (multi-label)"
    }
  }

  /// A recipe's settings by key, without derived ones.
  static func choices(_ recipe: TrainingRecipe) -> [String: String] {
    var choices: [String: String] = [:]
    for key in RecipeKey.all where !key.isImplied(in: recipe) && key.isUsed(by: recipe) {
      choices[key.name] = key.text(in: recipe)
    }
    return choices
  }

  /// The recipe with these settings.
  ///
  /// - Throws: `DiscernError`, also for a setting of a later version, without which training would differ.
  static func recipe(_ choices: [String: String], at path: String) throws(DiscernError) -> TrainingRecipe {
    if let name = choices.keys.sorted().first(where: { RecipeKey.named($0) == nil }) {
      throw .checkpoint(
        .cannotResume(
          path: path,
          reason: "the training has “\(name)”, which is unknown to this version; update Discern"))
    }
    var settings = RecipeSettings()
    for key in RecipeKey.all {
      guard let text = choices[key.name] else { continue }
      do throws(RecipeError) { try settings.set(key, to: text, at: .flag) } catch { throw .recipe(error) }
    }
    settings.assumeNetwork()
    // Earlier versions also recorded settings that only other networks use.
    _ = settings.dropUseless(except: RecipeSettings())
    return try settings.recipe().resolved
  }

  /// - Parameters:
  ///   - recipe: the recipe to resume with.
  ///   - own: the recipe of the saved run. Files of class weights may have moved: their digest decides.
  ///   - completed: the number of completed epochs.
  /// - Throws: `CheckpointError.differs` naming the first setting that differs.
  static func requireSame(
    recipe: TrainingRecipe, as own: TrainingRecipe, completed: Int, at path: String
  ) throws(CheckpointError) {
    let (now, then) = (choices(recipe.withoutPaths), choices(own.withoutPaths))
    for key in RecipeKey.all where now[key.name] != then[key.name] {
      let more = recipe.options.epochs - completed
      throw .differs(
        path: path, what: "--\(key.name)", checkpoint: then[key.name] ?? "not set",
        now: now[key.name] ?? "not set",
        advice: key.name == "epochs" && more > 0 && recipe.ensembleSize == 1
          ? "\(completed) are complete: to continue to epoch \(recipe.options.epochs), give --more-epochs "
            + "\(more) instead"
          : "leave it as it is, or train again; only --more-epochs may change")
    }
  }

  /// - Throws: `CheckpointError.differs`.
  func requireSame(kernels: String, allowsOthers: Bool, at path: String) throws(CheckpointError) {
    if kernels == self.kernels || allowsOthers { return }
    throw .differs(
      path: path, what: "the kernels", checkpoint: self.kernels, now: kernels,
      advice: "other kernels round differently; set DISCERN_KERNELS=\(self.kernels) where the processor "
        + "supports them, or accept other bits (--allow-other-kernels)")
  }

  /// Compares what was read.
  ///
  /// - Throws: `CheckpointError.otherData` naming the first difference.
  func requireSame(read now: TrainingIdentity, at path: String) throws(CheckpointError) {
    func require(_ what: String, _ old: String, _ new: String, _ advice: String) throws(CheckpointError) {
      if old != new { throw .otherData(path: path, what: what, checkpoint: old, now: new, advice: advice) }
    }
    let advice = "give the same texts again"
    try require(
      "ICU's version", tokenizer.icuVersion, now.tokenizer.icuVersion,
      "texts may be tokenized differently; resume with that version of ICU, or train again")
    try require("the training data", "\(training)", "\(now.training)", advice + " (--train)")
    try require(
      "the development data", development?.description ?? "a part of the training data",
      now.development?.description ?? "a part of the training data", advice + " (--dev)")
    try require(
      "the unlabelled texts", unlabelled?.description ?? "none", now.unlabelled?.description ?? "none",
      advice + " (--unlabelled)")
    try require(
      "the tasks", tasks.joined(separator: ", "), now.tasks.joined(separator: ", "),
      "give the same tasks and columns again")
    try require(
      "the vocabulary", vocabulary, now.vocabulary, "give the same file again (--vocab)")
    try require(
      "the word vectors", vectors ?? "none", now.vectors ?? "none", "give the same file again (--vectors)")
    try require(
      "the model to grow from", bases ?? "none", now.bases ?? "none", "give the same model (--grow-from)")
    try require(
      "the pretrained weights", pretrained ?? "none", now.pretrained ?? "none",
      "give the same folder (--pretrained)")
    try require("the teacher", teacher ?? "none", now.teacher ?? "none", "give the same model (--teacher)")
    try require(
      "the model beside the transformer", companion ?? "none", now.companion ?? "none",
      "give the same model (--beside)")
    try require(
      "the class weights", classWeights ?? "none", now.classWeights ?? "none",
      "give the same file again (--class-weights)")
  }
}

extension TrainingRecipe {
  /// The same with a single name for all files.
  fileprivate var withoutPaths: TrainingRecipe {
    var recipe = self
    recipe.classWeights = classWeights.mapValues { weighting in
      switch weighting {
      case .balanced: .balanced
      case .file: .file("a file")
      }
    }
    return recipe
  }
}
