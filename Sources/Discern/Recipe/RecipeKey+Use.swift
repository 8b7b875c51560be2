/// Which keys apply to which model.
extension RecipeKey {
  /// Of the keys other than those of the tokenizer and of n-grams, those that also apply without a network.
  private static let general: Set<String> = [
    "model", "validation-fraction", "dev-split", "class-weights", "task-weight", "monitor", "task-metric",
    "watch",
    "calibrate", "seed", "self-train",
  ]

  private static let ngramNames = Set(ngramKeys.map(\.name))
  private static let textNames = Set(textKeys.map(\.name))

  /// Of a network's keys, those that do not apply to a pretrained transformer.
  private static let recurrentNames: Set<String> = Set(modelKeys.map(\.name))
    .subtracting(["encoder", "dropout", "layer-dropout"])
    .union(["vocab-size", "min-count", "bptt", "activations", "early-exit-weight", "skip-cost"])
  /// Keys that apply only to a transformer.
  private static let transformerNames: Set = ["unfreeze"]
  /// Keys of self-attention blocks.
  private static let attentionNames: Set = [
    "attention-layers", "attention-heads", "attention-window", "attention-memory",
    "relative-positions", "attention-projection", "attention-projection-per-head",
  ]
  /// Keys of recurrent layers.
  private static let layerNames: Set = [
    "cell", "bidirectional", "layers", "residual", "layer-norm", "batch-norm", "weight-drop", "bptt",
    "activations", "early-exit", "early-exit-weight", "skip-gates", "skip-cost",
  ]

  /// Keys that apply only with an option of the network: the option's flag, and whether a recipe has the
  /// option.
  private static let parts: [String: (flag: String, isIn: @Sendable (TrainingRecipe) -> Bool)] = [
    "early-exit-weight": ("--early-exit", { $0.encoder.hasEarlyExit }),
    "skip-cost": ("--skip-gates", { $0.encoder.hasSkipGates }),
  ]
  /// The former defaults of such keys: recipes of earlier versions contain them even without the option.
  static let formerDefaults = ["skip-cost": "0.0001"]

  /// Whether the setting has any effect on such a model.
  package func isUsed(by recipe: TrainingRecipe) -> Bool {
    let model = recipe.model
    if Self.ngramNames.contains(name) { return model.hasNGrams }
    if Self.transformerNames.contains(name) { return recipe.isTransformer }
    if recipe.isTransformer, Self.recurrentNames.contains(name) { return false }
    if Self.attentionNames.contains(name) { return recipe.hasSelfAttention }
    if recipe.network == .attention, model != .transformer, Self.layerNames.contains(name) {
      return name == "bptt" && recipe.encoder.attentionMemory != nil
    }
    // A transformer has its own tokenizer.
    if model == .transformer, Self.textNames.contains(name) { return false }
    if let part = Self.parts[name], !part.isIn(recipe) { return false }
    return model.hasNetwork || Self.textNames.contains(name) || Self.general.contains(name)
  }

  /// The reason why the setting does not apply to such a model, after “has no effect”.
  func unusedness(in recipe: TrainingRecipe) -> String {
    if Self.transformerNames.contains(name), recipe.model.hasNetwork {
      return "without a pretrained transformer (--pretrained)"
    }
    if Self.attentionNames.contains(name), recipe.model.hasNetwork, !recipe.isTransformer {
      return "without --encoder hybrid or attention"
    }
    if Self.layerNames.contains(name), recipe.model.hasNetwork, recipe.network == .attention {
      return "with --encoder attention, which has no recurrent layers"
        + (name == "bptt" ? ", without --attention-memory above 0" : "")
    }
    if recipe.isTransformer, !Self.ngramNames.contains(name) {
      return "for a pretrained transformer, which has its own vocabulary and layers"
    }
    if let part = Self.parts[name], recipe.model.hasNetwork { return "without \(part.flag)" }
    return "for the model \(recipe.model.rawValue), which has no "
      + (recipe.model.hasNetwork ? "n-grams" : "network")
  }
}

extension TrainingRecipe {
  /// - Throws: `DiscernError.conflict` naming the first given input that the model cannot use.
  func requireUse(vocabulary: Bool, vectors: Bool, base: Bool, pretrained: Bool, checkpoints: Bool)
    throws(DiscernError)
  {
    if model.hasNetwork { return }
    let given = [
      ("--vocab", vocabulary), ("--vectors", vectors), ("--grow-from", base), ("--pretrained", pretrained),
      ("--checkpoint", checkpoints),
    ]
    if let (flag, _) = given.first(where: \.1) {
      throw .conflict(
        "\(flag) applies only to networks, and --model \(model.rawValue) has none; leave it out, or give "
          + "--model joined")
    }
  }
}
