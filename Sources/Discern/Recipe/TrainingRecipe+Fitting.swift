import DiscernModels

extension RecipeKey {
  /// Whether its value is chosen to suit the texts unless it is set.
  public var isAutomatic: Bool { FittingTable.keys.contains(name) }

  /// The note on such a key in help and shown recipes.
  package static let automaticNote = "Default: chosen to suit the texts."
}

extension TrainingRecipe {
  /// Whether the value of that key is open, to be chosen to suit the texts: it was neither set nor changed by
  /// a program.
  package func leavesOpen(_ key: RecipeKey) -> Bool {
    automatic.contains(key.name) && key.text(in: self) == key.text(in: Self.plain)
  }

  /// All open settings, with their current values.
  var open: [FittedChoice] {
    RecipeKey.all.filter { leavesOpen($0) && $0.isUsed(by: self) }
      .map { FittedChoice(key: $0.name, value: $0.text(in: self), why: "") }
  }

  /// Whether any open setting depends on the texts before they are encoded.
  var needsTextFacts: Bool {
    !isTransformer && RecipeKey.all.contains { $0.name == "max-tokens" && leavesOpen($0) }
  }

  /// The same recipe with no setting left open, all values unchanged.
  package var resolved: TrainingRecipe {
    var recipe = self
    recipe.automatic = []
    return recipe
  }

  private static let plain = TrainingRecipe()

  /// The same recipe with these settings, which are then no longer open; other explicit settings are
  /// unchanged.
  package func taking(_ choices: [FittedChoice]) -> TrainingRecipe {
    let chosen = Dictionary(choices.map { ($0.key, $0.value) }) { $1 }
    var result = self
    for key in RecipeKey.all {
      // Derived values follow from the new settings.
      guard let text = chosen[key.name] ?? (key.isImplied(in: self) ? nil : key.text(in: self)) else {
        continue
      }
      let isRead = key.set(text, in: &result)
      precondition(isRead, "\(key.name) reads what it wrote")
    }
    return result
  }

  /// The same recipe with another recipe's values for all open settings: a resumed run is not fitted again.
  func taking(openFrom other: TrainingRecipe) -> TrainingRecipe {
    taking(
      RecipeKey.all.filter { leavesOpen($0) && !$0.isImplied(in: other) }
        .map { FittedChoice(key: $0.name, value: $0.text(in: other), why: "") }
    ).resolved
  }

  /// Chooses the settings that depend on the texts alone.
  package mutating func fit(to facts: TextFacts) -> [FittedChoice] {
    var table = FittingTable(self)
    table.fit(to: facts)
    self = table.recipe
    return table.choices
  }

  /// Chooses the remaining settings; nothing is open afterwards.
  package mutating func fit(to facts: LabelFacts) -> [FittedChoice] {
    var table = FittingTable(self)
    table.fit(to: facts)
    self = table.recipe.resolved
    return table.choices
  }
}
