import Discern
import DiscernCorpus
import DiscernModels
import DiscernTraining
import Testing

private func fitted(_ facts: LabelFacts, _ recipe: TrainingRecipe = TrainingRecipe()) -> TrainingRecipe {
  var recipe = recipe
  _ = recipe.fit(to: facts)
  return recipe
}

@Test func updatesAndNotEpochsFollowFromTextsAndLabels() {
  // The sets that the table was derived from: texts, labels.
  for (texts, labels) in [(1166, 2), (3926, 47), (6228, 2), (9000, 77), (13_590, 150), (39_069, 28)] {
    let recipe = fitted(LabelFacts(texts: texts, tokens: 20 * texts, labels: labels))
    guard case .texts(let size) = recipe.options.batchSize else { return #expect(Bool(false)) }
    let updates = (texts + size - 1) / size * recipe.options.epochs
    #expect((2_700...12_000).contains(updates), "\(texts) texts: \(updates)")
    #expect(recipe.options.patience == recipe.options.epochs && recipe.options.schedule == .linear)
    #expect(recipe.automatic.isEmpty)
  }
  let few = fitted(LabelFacts(texts: 4000, tokens: 40_000, labels: 2)).options.epochs
  #expect(fitted(LabelFacts(texts: 4000, tokens: 40_000, labels: 64)).options.epochs > few)
}

@Test func choicesOfAUserDecideWhatFollows() {
  let facts = LabelFacts(texts: 4000, tokens: 40_000, labels: 2)
  var recipe = TrainingRecipe()
  recipe.options.epochs = 1
  #expect(fitted(facts, recipe).options.averageDecay == 0.99)
  recipe.options.batchSize = .texts(1000)
  let short = fitted(facts, recipe).options
  #expect(short.averageDecay == 0 && short.patience == 1 && short.batchSize == .texts(1000))
  recipe = TrainingRecipe()
  recipe.options.accumulation = 4
  #expect(fitted(facts, recipe).options.epochs > fitted(facts).options.epochs)
  // A chosen factor for plateaus implies the plateau schedule.
  recipe = TrainingRecipe()
  recipe.options.plateauPatience = 2
  let plateau = fitted(facts, recipe).options
  #expect(plateau.schedule == .plateau && plateau.learningRate == 0.001 && plateau.patience == 3)
  recipe = TrainingRecipe()
  recipe.options.optimizer = .sgd
  #expect(fitted(facts, recipe).options.learningRate == 0.001)
}

@Test func severalLabelsAndPretrainedLayersHaveTheirOwn() {
  let several = fitted(LabelFacts(texts: 4000, tokens: 40_000, labels: 100, isMultiLabel: true))
  #expect(several.options.labelSmoothing == 0)
  let pretrained = fitted(LabelFacts(texts: 4000, tokens: 40_000, labels: 2, isPretrained: true))
  #expect(pretrained.encoder.hiddenSize == 128 && pretrained.options.learningRate == 0.001)
  #expect(pretrained.options.labelSmoothing == 0.1)
}

@Test func longTextsAreCutLaterAndShortOnesAsEver() {
  func maximum(_ length: Int) -> Int? {
    var lengths = TextLengths()
    for _ in 0..<100 { lengths.add(length) }
    var recipe = TrainingRecipe()
    _ = recipe.fit(to: TextFacts(lengths))
    return recipe.maximumTokens
  }
  #expect(maximum(20) == 400 && maximum(400) == 400)
  #expect(maximum(401) == 450 && maximum(780) == 800 && maximum(5000) == 1000)
  var recipe = TrainingRecipe()
  var lengths = TextLengths()
  for _ in 0..<999 { lengths.add(20) }
  #expect(recipe.fit(to: TextFacts(lengths)).isEmpty)
  lengths.add(20)
  #expect(recipe.fit(to: TextFacts(lengths, buildsVocabulary: false)).isEmpty)
  #expect(recipe.fit(to: TextFacts(lengths)).map(\.key) == ["min-count"])
}

@Test func lettersAreReadWhereManyWordsAreUnknown() {
  var lengths = TextLengths()
  for _ in 0..<1000 { lengths.add(20) }
  func buckets(_ share: Double, _ change: (inout TrainingRecipe) -> Void = { _ in }) -> (Int, Float) {
    var recipe = TrainingRecipe()
    change(&recipe)
    _ = recipe.fit(to: TextFacts(lengths, onceShare: share))
    return (recipe.encoder.subwordBuckets, recipe.encoder.subwordDropout)
  }
  #expect(buckets(0.19) == (0, 0) && buckets(0.2) == (16_384, 0.1))
  #expect(buckets(0.5) { $0.encoder.subwordDropout = 0.3 } == (16_384, 0.3))
  // Where every word is known, none is read by its letters.
  #expect(buckets(0.5) { ($0.minimumCount, $0.automatic) = (1, []) } == (0, 0))
  var given = TrainingRecipe()
  #expect(
    !given.fit(to: TextFacts(lengths, buildsVocabulary: false, onceShare: 0.5)).contains {
      $0.key == "subword-buckets"
    })
}

@Test func emptyFactsMakeNoTrap() {
  let recipe = fitted(LabelFacts(texts: 0, tokens: 0, labels: 0))
  #expect((try? recipe.validate()) != nil)
}
