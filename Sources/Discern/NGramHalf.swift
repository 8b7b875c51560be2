import DiscernCorpus
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

  /// Those that are learned from while others are held out.
  var learned: WideTexts {
    guard let training else { return self }
    return WideTexts(
      words: words.selecting(training), targets: targets.map { $0.selecting(training) },
      weights: weights.map { weights in training.map { weights[$0] } },
      groups: groups.map { groups in training.map { groups[$0] } }, training: nil, development: development)
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
  private let texts: WideTexts
  private let setup: Setup
  /// How the n-grams were weighted and fitted, by head.
  let choices: [NGramChoice]
  /// Without the development texts, of which it counts no n-gram either.
  let own: NGramClassifier
  /// [n, C] of the development texts, which it has not learned from.
  let developmentLogits: [Float]

  /// What training takes beside texts.
  private struct Setup {
    let heads: [HeadConfiguration]
    let classWeights: [[Float]?]
    let configuration: NGramConfiguration
    let compute: Compute

    func train(
      _ texts: WideTexts, _ choices: [NGramChoice]?, _ isInterrupted: @escaping @Sendable () -> Bool
    ) throws(TrainingError) -> (classifier: NGramClassifier, choices: [NGramChoice]) {
      let trainer = try NGramTrainer(
        words: texts.words, targets: texts.targets, weights: texts.weights, classWeights: classWeights,
        groups: texts.groups, heads: heads, configuration: configuration, choices: choices, compute: compute,
        isInterrupted: isInterrupted)
      return (try trainer.fit(isInterrupted: isInterrupted), trainer.chosen)
    }
  }

  /// Trains without the development texts.
  ///
  /// - Parameter choices: by head, those of another training; nil: the best of a few on texts that are left
  ///   out.
  init(
    _ texts: WideTexts, heads: [HeadConfiguration], classWeights: [[Float]?], choices: [NGramChoice]?,
    _ recipe: TrainingRecipe, _ compute: Compute, _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    self.texts = texts
    let setup = Setup(
      heads: heads, classWeights: classWeights, configuration: recipe.ngrams, compute: compute)
    self.setup = setup
    let result = PolledWork.run(isInterrupted) { isInterrupted in
      Result { () throws(TrainingError) -> (NGramClassifier, [NGramChoice], [Float]) in
        let (own, choices) = try setup.train(texts.learned, choices, isInterrupted)
        let rows = own.vocabulary.rows(of: texts.development, compute, isInterrupted: isInterrupted)
        if isInterrupted() { throw .interrupted }
        return (own, choices, own.logits(rows, compute: compute))
      }
    }
    (own, self.choices, developmentLogits) = try wrapping(DiscernError.training) {
      () throws(TrainingError) in try result.get()
    }
  }

  /// Whether development texts are a part of the training texts, and will be learned from at the end.
  var learnsHeldOut: Bool { texts.training != nil }

  /// The model that has learned from all training texts; where the development texts were a part of them,
  /// also from these, for nothing watches it any more. Their n-grams are counted anew then: to keep the rows
  /// of all texts meanwhile would take more memory than all else.
  func learned(_ isInterrupted: () -> Bool) throws(DiscernError) -> NGramClassifier {
    if !learnsHeldOut { return own }
    let (texts, setup, choices) = (texts, setup, choices)
    let result = PolledWork.run(isInterrupted) { isInterrupted in
      Result { () throws(TrainingError) in try setup.train(texts, choices, isInterrupted).classifier }
    }
    return try wrapping(DiscernError.training) { () throws(TrainingError) in try result.get() }
  }
}
