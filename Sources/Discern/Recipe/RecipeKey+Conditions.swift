/// Keys that have an effect only together with certain other settings.
extension RecipeKey {
  private struct Condition {
    let names: Set<String>
    /// The text that follows “has no effect” in messages.
    let reason: String
    let holds: @Sendable (TrainingRecipe) -> Bool

    init(_ names: Set<String>, _ reason: String, _ holds: @escaping @Sendable (TrainingRecipe) -> Bool) {
      self.names = names
      self.reason = reason
      self.holds = holds
    }
  }

  /// The conditions that other settings must meet for a key to have an effect. A setting that will be chosen
  /// to suit the texts counts as any value that it may get.
  private static let conditions = [
    Condition(["momentum"], "without --optimizer sgd") { $0.options.optimizer == .sgd },
    Condition(["epsilon", "adversarial-weight"], "without --adversarial fgm, fgm-sequence or vat") {
      $0.options.adversarial != .none
    },
    Condition(["subword-dropout"], "without --subword-buckets above 0") {
      $0.encoder.subwordBuckets > 0 || $0.automatic.contains("subword-buckets")
    },
    Condition(["plateau-patience"], "without --schedule plateau") { $0.options.schedule == .plateau },
    Condition(["schedule-epochs"], "without --schedule step") { $0.options.schedule == .step },
    Condition(["reduction"], "without --schedule plateau or --schedule step") {
      $0.options.schedule == .plateau || $0.options.schedule == .step
    },
    Condition(["minimum-learning-rate"], "with --schedule constant") { $0.options.schedule != .constant },
    Condition(["self-train-network"], "without --self-train") { $0.selfTrains },
    Condition(["self-train-network"], "without n-grams (--model joined)") { $0.model.hasNGrams },
    Condition(["attention-size"], "without --pooling additive") {
      $0.encoder.pooling.contains(.additive) || $0.automatic.contains("pooling") || $0.isHierarchical
    },
    Condition(["attention-projection-per-head"], "without --attention-projection above 0") {
      $0.encoder.attentionProjection != nil
    },
    Condition(["sentence-hidden"], "without --encoder hierarchical") { $0.isHierarchical },
    Condition(["dropout-kind"], "without --dropout, --embedding-dropout or --layer-dropout above 0") {
      let network = $0.encoder
      return network.embeddingDropout > 0 || network.layerCount > 1 && network.layerDropoutRate > 0
        || $0.isHierarchical && network.layerDropout ?? network.outputDropout > 0
        || ($0.options.dropoutTo ?? 0) > 0
    },
    Condition(
      ["layer-rate-decay", "unfreeze-epochs", "layer-dropout"], "for a transformer without --unfreeze above 0"
    ) { !$0.isTransformer || $0.unfrozenLayers > 0 },
    Condition(
      ["adversarial", "epsilon", "adversarial-weight"],
      "for a transformer without --unfreeze above 0, since no layer is trained"
    ) { !$0.isTransformer || $0.unfrozenLayers > 0 || $0.options.adversarial == .none },
    Condition(["activations"], "with --batch-norm recurrent") { $0.encoder.batchNorm != .recurrent },
    Condition(["truncation"], "without a limit, --max-tokens above 0") { $0.maximumTokens != nil },
    Condition(["join-punctuation-runs"], "with --punctuation drop") { $0.tokenizer.punctuation == .keep },
    Condition(["letter-scale"], "without character n-grams (--letter-ngrams)") {
      $0.ngrams.longestLetters > 0
    },
    Condition(
      ["max-ngrams", "ngram-min-count"],
      "with --ngram-hash-bits, since hashed n-grams are not "
        + "counted individually"
    ) {
      $0.ngrams.hashBits == nil
    },
  ]

  /// Keys that are decided by other options of a command, given without dashes, or by its data.
  private static let decided: [(names: Set<String>, options: [String])] = [
    (["vocab-size", "min-count"], ["vocab", "pretrained", "grow-from", packedTexts]),
    (["validation-fraction", "dev-split"], ["dev", ownDevelopmentPart, packedTexts]),
    (["subword-dropout"], [packedTexts]),
  ]

  /// Keys that have no effect unless another option of the command, given without dashes, is present.
  private static let requiring: [(names: Set<String>, option: String)] = [
    (["teacher-weight", "teacher-temperature"], "teacher")
  ]

  /// Listed among options: the training data has its own development part.
  package static let ownDevelopmentPart = "the development part of --train"
  /// Listed among options: the training texts are packed.
  package static let packedTexts = "the packed texts of --train"

  /// The reason why the setting has no effect in such a recipe; nil if it has an effect.
  ///
  /// - Parameter options: the given options that are not keys, such as `vocab`.
  func uselessness(in recipe: TrainingRecipe, beside options: Set<String>) -> String? {
    if !isUsed(by: recipe) { return unusedness(in: recipe) }
    for (names, deciding) in Self.decided where names.contains(name) {
      if let option = deciding.first(where: options.contains) {
        return "together with " + (option.contains(" ") ? option : "--\(option)")
      }
    }
    if let option = Self.requiring.first(where: { $0.names.contains(name) })?.option,
      !options.contains(option)
    {
      return "without --\(option)"
    }
    return Self.conditions.first { $0.names.contains(name) && !$0.holds(recipe) }?.reason
  }
}
