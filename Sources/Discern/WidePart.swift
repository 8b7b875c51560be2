import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary

/// The data of the n-gram model: all words of all labelled texts.
struct WideTexts {
  /// The words of all training texts, including held-out ones.
  let words: WordTexts
  /// The labels, by head.
  let targets: [TaskLabels]
  let weights: [Float]?
  /// The group of each text; nil: each is its own group.
  let groups: [Int32]?
  /// The texts that are trained on while the others are held out; nil: all.
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
      // Group numbers are smaller than the number of texts.
      groups: groups.map { $0 + (Int32(count)..<Int32(words.count)) },
      training: training.map { $0 + Array(count..<words.count) }, development: development)
  }

  /// The texts that are trained on while others are held out.
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

  /// Nil if words were not kept.
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

/// The n-gram part of a classifier.
struct WidePart {
  private let texts: WideTexts
  private let setup: Setup
  /// How the n-grams were weighted and fitted, by head.
  let choices: [NGramChoice]
  /// Trained without the development texts, whose n-grams it does not count either.
  let own: NGramClassifier
  /// [n, C] of the development texts, on which it was not trained.
  let developmentLogits: [Float]

  /// The inputs of training other than texts.
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
  /// - Parameter choices: by head, those of another run; nil: the best of a few, measured on held-out texts.
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

  /// Whether development texts are part of the training texts, so that n-grams are trained on them at the
  /// end.
  var learnsHeldOut: Bool { texts.training != nil }

  /// The model trained on all training texts, including development texts that were held out of them, since
  /// these are no longer needed for measuring. N-grams are counted again: keeping the rows of all texts until
  /// then would take more memory than everything else.
  func learned(_ isInterrupted: () -> Bool) throws(DiscernError) -> NGramClassifier {
    if !learnsHeldOut { return own }
    let (texts, setup, choices) = (texts, setup, choices)
    let result = PolledWork.run(isInterrupted) { isInterrupted in
      Result { () throws(TrainingError) in try setup.train(texts, choices, isInterrupted).classifier }
    }
    return try wrapping(DiscernError.training) { () throws(TrainingError) in try result.get() }
  }
}
