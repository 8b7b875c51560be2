import DiscernModels

extension RecipeKey {
  /// Whether its value is chosen for the texts unless something is said of it.
  public var isAutomatic: Bool { FittingTable.keys.contains(name) }

  /// What help and shown recipes say of such a key.
  package static let automaticNote = "Unless given: as suits the texts."
}

extension TrainingRecipe {
  /// Whether the texts decide about that key: nothing was said of it, and no program changed it.
  package func leavesOpen(_ key: RecipeKey) -> Bool {
    automatic.contains(key.name) && key.text(in: self) == key.text(in: Self.plain)
  }

  /// All choices that are open, as they are if the texts say nothing else.
  var open: [FittedChoice] {
    RecipeKey.all.filter { leavesOpen($0) && $0.isUsed(by: self) }
      .map { FittedChoice(key: $0.name, value: $0.text(in: self), why: "") }
  }

  /// Whether some choice needs to know the texts before they are encoded.
  var needsTextFacts: Bool {
    !isTransformer && RecipeKey.all.contains { $0.name == "max-tokens" && leavesOpen($0) }
  }

  /// The recipe of which nothing follows from the texts, though no value is another one.
  package var resolved: TrainingRecipe {
    var recipe = self
    recipe.automatic = []
    return recipe
  }

  private static let plain = TrainingRecipe()

  /// The same with these choices, which leave alone what else was chosen; they are no longer open.
  package func taking(_ choices: [FittedChoice]) -> TrainingRecipe {
    let chosen = Dictionary(choices.map { ($0.key, $0.value) }) { $1 }
    var result = self
    for key in RecipeKey.all {
      // What follows from other choices follows from theirs.
      guard let text = chosen[key.name] ?? (key.isImplied(in: self) ? nil : key.text(in: self)) else {
        continue
      }
      let isRead = key.set(text, in: &result)
      precondition(isRead, "\(key.name) reads what it wrote")
    }
    return result
  }

  /// The same with the values of another recipe for all that is still open: a training that goes on is not
  /// fitted again.
  func taking(openFrom other: TrainingRecipe) -> TrainingRecipe {
    taking(
      RecipeKey.all.filter { leavesOpen($0) && !$0.isImplied(in: other) }
        .map { FittedChoice(key: $0.name, value: $0.text(in: other), why: "") }
    ).resolved
  }

  /// Makes the choices that the texts by themselves decide about.
  package mutating func fit(to facts: TextFacts) -> [FittedChoice] {
    var table = FittingTable(self)
    table.fit(to: facts)
    self = table.recipe
    return table.choices
  }

  /// Makes the choices that are left; nothing is open any more.
  package mutating func fit(to facts: LabelFacts) -> [FittedChoice] {
    var table = FittingTable(self)
    table.fit(to: facts)
    self = table.recipe.resolved
    return table.choices
  }
}
