/// Which keys mean something for which model.
extension RecipeKey {
  /// Of the keys of words, texts and training, those that do not concern the network alone.
  private static let general: Set<String> = [
    "model", "validation-fraction", "dev-split", "class-weights", "task-weight", "monitor", "task-metric",
    "watch",
    "calibrate", "seed", "self-train",
  ]

  private static let ngramNames = Set(ngramKeys.map(\.name))
  private static let textNames = Set(textKeys.map(\.name))

  /// Whether the choice decides anything about such a model.
  package func isUsed(by model: ModelKind) -> Bool {
    if Self.ngramNames.contains(name) { return model.hasNGrams }
    return model.hasNetwork || Self.textNames.contains(name) || Self.general.contains(name)
  }
}

extension TrainingRecipe {
  /// - Throws: `DiscernError.conflict` naming the first thing that was given and that the model has no use
  ///   for.
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
        "\(flag) is of use to a network alone, which --model \(model.rawValue) does not have; leave it out, "
          + "or give --model joined")
    }
  }
}
