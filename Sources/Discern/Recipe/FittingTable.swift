import DiscernIO
import DiscernModels
import DiscernSystem
import DiscernTraining

/// The training settings that are derived from the data, and the rules for them. The rules were found by
/// measurements on a dozen public data sets together, of 1,300 to 43,000 texts of 9 to 780 tokens with 2 to
/// 151 labels: see `Benchmarks/sets`.
///
/// The number of updates matters most. A few thousand texts in batches of 64 give so few steps that hardly
/// anything is learned in ten epochs, and many labels need more steps than two.
struct FittingTable {
  /// The names of the settings that are chosen here.
  static let keys: Set = [
    "min-count", "subword-buckets", "subword-dropout", "max-tokens", "hidden", "pooling", "batch-size",
    "epochs", "ema", "schedule", "learning-rate", "patience", "label-smoothing",
  ]

  /// The names of additional settings that are chosen for a transformer.
  static let transformerKeys: Set = [
    "dropout", "layer-dropout", "optimizer", "weight-decay", "warmup", "layer-rate-decay",
  ]

  private(set) var recipe: TrainingRecipe
  private(set) var choices: [FittedChoice] = []

  init(_ recipe: TrainingRecipe) { self.recipe = recipe }

  /// Chooses the settings that are needed before the texts are encoded.
  mutating func fit(to facts: TextFacts) {
    if recipe.isTransformer { return }
    // With few texts, it is better to know every word.
    if facts.buildsVocabulary, facts.lengths.textCount >= 1_000 {
      choose("min-count", 2, "words seen once represent unknown words")
    }
    // If a third of the tokens occur only once (Arabic tweets), subwords gain half a point; if a tenth
    // (questions), nothing.
    if facts.buildsVocabulary, recipe.minimumCount > 1, facts.onceShare >= 0.2,
      recipe.encoder.trainsEmbedding
    {
      let share = Int((100 * facts.onceShare).rounded())
      let why = "\(share) % of the tokens are words that occur only once"
      choose("subword-buckets", 16_384, why)
      if recipe.encoder.subwordBuckets > 0 { choose("subword-dropout", Float(0.1), why) }
    }
    let long = facts.lengths.quantile(0.95)
    if long > 400 {
      choose("max-tokens", min(1000, (long + 49) / 50 * 50), "5 % of the texts have at least \(long) tokens")
    }
  }

  /// Chooses the remaining settings once everything about the training texts is known.
  mutating func fit(to facts: LabelFacts) {
    if recipe.isTransformer { return fitTransformer(to: facts) }
    // Pretrained layers fix the size.
    if !facts.isPretrained {
      choose("hidden", facts.texts < 20_000 ? 64 : 128, facts.texts.counted("text"))
    }
    let size = facts.texts < 2_000 ? 8 : facts.texts < 20_000 ? 16 : facts.texts < 200_000 ? 32 : 64
    choose("batch-size", size, facts.texts.counted("text"))
    choose("pooling", [Pooling.additive, .max], "attention to the whole text, and to its strongest words")
    if facts.isMultiLabel {
      choose("label-smoothing", Float(0), "a text can have any number of labels")
    }
    fitUpdates(to: facts)
  }

  /// A pretrained transformer needs only a few small steps; heads on frozen vectors cost next to nothing.
  private mutating func fitTransformer(to facts: LabelFacts) {
    let learns = recipe.unfrozenLayers > 0
    let why = learns ? "pretrained layers need small updates" : "text vectors are frozen"
    choose("batch-size", facts.texts < 20_000 ? 32 : 64, facts.texts.counted("text"))
    choose("epochs", learns ? (facts.texts < 2_000 ? 12 : facts.texts < 20_000 ? 8 : 4) : 30, why)
    choose("dropout", Float(0.1), why)
    if learns { choose("layer-dropout", Float(0.1), why) }
    choose("optimizer", OptimizerKind.adamW, why)
    if recipe.options.optimizer == .adamW { choose("weight-decay", 0.01, why) }
    if facts.isMultiLabel {
      choose("label-smoothing", Float(0), "a text can have any number of labels")
    }
    guard chooseFallingRate(learns ? 0.0002 : 0.002, because: why) else { return }
    if learns {
      let size = if case .texts(let size) = recipe.options.batchSize { size } else { 32 }
      choose("warmup", max(1, facts.texts / size * recipe.options.epochs / 10), "a tenth of the steps")
      choose("layer-rate-decay", 0.9, why)
    }
  }

  /// Everything that depends on the number of updates.
  private mutating func fitUpdates(to facts: LabelFacts) {
    let options = recipe.options
    let batches =
      switch options.batchSize {
      case .texts(let size): (facts.texts + size - 1) / size
      case .tokens(let size): (facts.tokens + size - 1) / size
      }
    let steps = max(1, (batches + options.accumulation - 1) / options.accumulation)
    let wanted = 2000 + 1000 * log2(Double(max(2, facts.labels)))
    let reason = "about \(Int(wanted / 100) * 100) steps for \(facts.labels) labels"
    choose(
      "epochs", min(40, max(4, Int((wanted / Double(steps)).rounded()))), "\(steps) steps each; \(reason)")
    let updates = steps * recipe.options.epochs
    let decay = updates >= 2000 ? 0.999 : updates >= 200 ? 0.99 : 0
    if decay > 0 { choose("ema", decay, "\(updates) steps in all") }
    _ = chooseFallingRate(facts.isPretrained ? 0.001 : 0.004)
  }

  /// Chooses a learning rate that falls until the last step.
  ///
  /// - Parameter reason: the reason for this rate; nil: only that it falls.
  /// - Returns: whether the rate falls by these rules. It does not if a plateau schedule or its settings were
  ///   given, nor for plain gradient descent, which needs other rates.
  private mutating func chooseFallingRate(_ rate: Double, because reason: String? = nil) -> Bool {
    let (options, plain) = (recipe.options, TrainingOptions())
    guard options.plateauPatience == plain.plateauPatience, options.plateauFactor == plain.plateauFactor,
      options.optimizer != .sgd
    else { return false }
    let why = "linear decay to the last step"
    choose("schedule", LearningRateSchedule.linear, why)
    guard recipe.options.schedule != .plateau else { return false }
    choose("learning-rate", rate, reason ?? why)
    choose("patience", recipe.options.epochs, why)
    return true
  }

  /// Chooses a setting if it is open.
  private mutating func choose(_ name: String, _ value: some RecipeValue, _ why: String) {
    guard let key = RecipeKey.named(name), recipe.leavesOpen(key) else { return }
    let choice = FittedChoice(key: name, value: value.recipeText, why: why)
    recipe = recipe.taking([choice])
    choices.append(choice)
  }
}
