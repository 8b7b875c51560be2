import DiscernTraining

/// A training run and its results, read from the model that it produced or from its log.
package struct RunRecord: Sendable {
  package enum Source: String, Sendable, Encodable {
    case model, log
  }

  /// The path as given.
  package let path: String
  package let source: Source
  /// Nil if it is not recorded.
  package let recipe: TrainingRecipe?
  /// By network; empty for n-grams alone.
  package let runs: [TrainingRun]
  /// The scores of the whole model on the development texts, by task; empty if they are not recorded.
  package let scores: [RunScores]
  package let trainingTexts: Int?
  /// The total number of parameters of all networks; nil for n-grams alone.
  package let parameters: Int?
  /// The number of n-grams in the model.
  package let ngrams: Int?
  /// Nil for a log without an end: the run is in progress, or was killed.
  package let outcome: TrainingOutcome?
  /// The digest of the training data.
  package let dataDigest: String?
  /// Settings unknown to this version.
  package let notUnderstood: [String]

  package init(_ classifier: TextClassifier, path: String) {
    let record = classifier.record
    self.path = path
    source = .model
    recipe = record.hasRecipe ? record.recipe : nil
    runs = record.runs
    scores = record.scores
    trainingTexts = record.trainingTextCount == 0 ? nil : record.trainingTextCount
    parameters =
      classifier.networks.isEmpty ? nil : classifier.model.allNetworks.reduce(0) { $0 + $1.parameterCount }
    ngrams = classifier.model.ngrams?.vocabulary.count
    outcome = record.trainingTextCount == 0 ? nil : record.outcome
    dataDigest = record.trainingData.digest.isEmpty ? nil : record.trainingData.digest
    notUnderstood = record.notUnderstood
  }

  init(_ log: RunLog, path: String) {
    self.path = path
    source = .log
    recipe = log.recipe
    runs = log.runs
    scores = log.scores
    trainingTexts = log.trainingTexts
    parameters = log.parameters
    ngrams = log.ngrams
    outcome = log.outcome
    dataDigest = nil
    notUnderstood = log.notUnderstood
  }

  /// The kind of model that was trained.
  package var kind: ModelKind? { recipe?.model }

  /// The mean of a figure over the tasks; nil if it is not recorded.
  package func mean(_ figure: (RunScores) -> Double) -> Double? {
    scores.isEmpty ? nil : scores.reduce(0) { $0 + figure($1) } / Double(scores.count)
  }

  /// A setting as written in a recipe; nil if it follows from others or the texts, or if it does not apply to
  /// the model.
  package func choice(_ key: RecipeKey) -> String? {
    guard let recipe, key.isUsed(by: recipe), !key.isImplied(in: recipe) else { return nil }
    return key.text(in: recipe)
  }

  /// The settings in which runs differ, with each run's value; nil for a run in which it follows from others
  /// or the texts. Settings that do not apply to one of the models are left out.
  package static func differences(_ records: [RunRecord]) -> [(key: String, values: [String?])] {
    let recipes = records.compactMap(\.recipe)
    return RecipeKey.all.compactMap { key in
      guard recipes.allSatisfy(key.isUsed(by:)) else { return nil }
      let values = records.map { $0.choice(key) }
      return Set(values).count > 1 ? (key.name, values) : nil
    }
  }
}

extension TrainingRecord {
  /// The scores of the whole model on the development texts, by task; empty if they are not recorded.
  package var scores: [RunScores] {
    if let together { return together.map { RunScores($0) } }
    return runs.count == 1 ? runs[0].best.map(RunScores.of) ?? [] : []
  }
}
