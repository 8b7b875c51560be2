import DiscernTraining

/// What a training was and what came of it: from the model that it made, or from its log.
package struct RunRecord: Sendable {
  package enum Source: String, Sendable, Encodable {
    case model, log
  }

  /// As it was given.
  package let path: String
  package let source: Source
  /// Nil if it is not recorded.
  package let recipe: TrainingRecipe?
  /// By network; none for n-grams alone.
  package let runs: [TrainingRun]
  /// What all of it reached on the development texts, by task; empty if that is not recorded.
  package let scores: [RunScores]
  package let trainingTexts: Int?
  /// Numbers of the networks together; nil for n-grams alone.
  package let parameters: Int?
  /// Of n-grams, in the model.
  package let ngrams: Int?
  /// Nil for a log without an end: the training goes on, or was killed.
  package let outcome: TrainingOutcome?
  /// Of the training data.
  package let dataDigest: String?
  /// Choices that this version does not know.
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

  /// What it was trained to be.
  package var kind: ModelKind? { recipe?.model }

  /// The mean over the tasks; nil if it is not recorded.
  package func mean(_ figure: (RunScores) -> Double) -> Double? {
    scores.isEmpty ? nil : scores.reduce(0) { $0 + figure($1) } / Double(scores.count)
  }

  /// A choice as recipes have it; nil if it was not made, or if the model has no use for it.
  package func choice(_ key: RecipeKey) -> String? {
    guard let recipe, key.isUsed(by: recipe), !key.isImplied(in: recipe) else { return nil }
    return key.text(in: recipe)
  }

  /// The choices in which trainings differ, and by training their values; nil where one was left to others.
  /// Choices of which one of the models has no use are left out.
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
  /// What all of the model reached on the development texts, by task; empty if that is not recorded.
  package var scores: [RunScores] {
    if let together { return together.map { RunScores($0) } }
    return runs.count == 1 ? runs[0].best.map(RunScores.of) ?? [] : []
  }
}
