import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary

/// What the wide model of n-grams learns from: all words of all labelled texts.
struct WideTexts {
  /// Of all training texts, those that are held out too.
  let words: WordTexts
  /// By head.
  let targets: [TaskLabels]
  let weights: [Float]?
  /// Which group each is in; nil: each is one of its own.
  let groups: [Int32]?
  /// Which of them are learned from while the others are held out; nil: all.
  let training: [Int]?
  /// The development texts.
  let development: WordTexts

  /// The same with more training texts.
  func adding(_ more: WordTexts, _ targets: [TaskLabels], _ weights: [Float]) -> WideTexts {
    var words = words
    words.append(contentsOf: more)
    let count = self.words.count
    return WideTexts(
      words: words, targets: zip(self.targets, targets).map { $0.adding($1) },
      weights: (self.weights ?? [Float](repeating: 1, count: count)) + weights,
      // Numbers of groups are below that of texts.
      groups: groups.map { $0 + (Int32(count)..<Int32(words.count)) },
      training: training.map { $0 + Array(count..<words.count) }, development: development)
  }

  private init(
    words: WordTexts, targets: [TaskLabels], weights: [Float]?, groups: [Int32]?, training: [Int]?,
    development: WordTexts
  ) {
    self.words = words
    self.targets = targets
    self.weights = weights
    self.groups = groups
    self.training = training
    self.development = development
  }

  /// Nil where words were not kept.
  init?(
    _ corpus: EncodedCorpus, _ targets: [TaskLabels], groups: [Int32]?, training: [Int]?,
    development: WordTexts?
  ) {
    guard let words = corpus.words, let development else { return nil }
    self.init(
      words: words, targets: targets, weights: corpus.weights, groups: groups, training: training,
      development: development)
  }
}

/// The half of a classifier that judges by n-grams.
struct NGramHalf {
  private let trainer: NGramTrainer
  private let texts: WideTexts
  /// Without the development texts.
  let own: NGramClassifier
  /// [n, C] of the development texts, which it has not learned from.
  let developmentLogits: [Float]

  /// All that is made in one go.
  private typealias Parts = (trainer: NGramTrainer, own: NGramClassifier, logits: [Float])

  /// Trains without the development texts.
  init(
    _ texts: WideTexts, heads: [HeadConfiguration], classWeights: [[Float]?], _ recipe: TrainingRecipe,
    _ compute: Compute, _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    self.texts = texts
    let result = PolledWork.run(isInterrupted) { isInterrupted in
      Result { () throws(TrainingError) -> Parts in
        let trainer = try NGramTrainer(
          words: texts.words, targets: texts.targets, weights: texts.weights, classWeights: classWeights,
          groups: texts.groups, heads: heads, configuration: recipe.ngrams, compute: compute,
          isInterrupted: isInterrupted)
        let own = try trainer.fit(on: texts.training, isInterrupted: isInterrupted)
        let rows = own.vocabulary.rows(of: texts.development, compute, isInterrupted: isInterrupted)
        if isInterrupted() { throw .interrupted }
        return (trainer, own, own.logits(rows, compute: compute))
      }
    }
    (trainer, own, developmentLogits) = try wrapping(DiscernError.training) { () throws(TrainingError) in
      try result.get()
    }
  }

  /// How it was found, and what it reaches alone.
  func facts(_ data: TrainingTexts, _ options: TrainingOptions) throws(DiscernError) -> NGramFacts {
    let outputs = HeadOutputs(own.heads)
    let predictions = try wrapping(DiscernError.evaluation) { () throws(EvaluationError) in
      try outputs.predictions(ofLogits: developmentLogits, data.development.targets)
    }
    return NGramFacts(
      features: own.vocabulary.count, choices: trainer.chosen,
      scores: zip(data.tasks, predictions).compactMap { task, predictions in
        predictions.map { TaskScores(task: task.name, $0, metric: options.metric(ofTask: task.name)) }
      })
  }

  /// The model that has learned from all training texts; where the development texts were a part of them,
  /// also from these, for nothing watches it any more.
  func learned(_ isInterrupted: () -> Bool) throws(DiscernError) -> NGramClassifier {
    if texts.training == nil { return own }
    let trainer = trainer
    let result = PolledWork.run(isInterrupted) { isInterrupted in
      Result { () throws(TrainingError) in try trainer.fit(isInterrupted: isInterrupted) }
    }
    return try wrapping(DiscernError.training) { () throws(TrainingError) in try result.get() }
  }
}
