import DiscernTraining

/// Choices that decide nothing.
extension RecipeSettings {
  /// Forgets what means nothing for the model and was not said by `given`, which is a part of these settings.
  ///
  /// - Returns: keys of a file that are forgotten though they are not at their defaults, as they stand there.
  package mutating func dropUseless(except given: RecipeSettings) -> [String] {
    var forgotten: [String] = []
    let (recipe, defaults) = (unchecked, TrainingRecipe())
    for key in RecipeKey.all where !key.isUsed(by: recipe) && !given.has(key) {
      guard let (name, text, place) = choice(of: key) else { continue }
      if place != .flag, text != key.text(in: defaults) { forgotten.append(name) }
      remove(key)
    }
    return forgotten
  }

  /// - Throws: `RecipeError.useless` for a flag that means nothing for the model, or a file's choice that is
  ///   not the default.
  package func checkUse() throws(RecipeError) {
    let (recipe, defaults) = (unchecked, TrainingRecipe())
    for key in RecipeKey.all where !key.isUsed(by: recipe) {
      guard let (name, text, place) = choice(of: key) else { continue }
      if place != .flag, text == key.text(in: defaults) { continue }
      throw .useless(place, key: name, value: text, reason: key.uselessness(in: recipe, beside: []) ?? "")
    }
  }

  /// Checks flags, which are not given without a reason, against the recipe that came of them and all else.
  ///
  /// - Parameter options: what was given besides that is no key, without dashes, such as `vocab`.
  /// - Throws: `RecipeError.useless` for the first one that decides nothing there.
  package func requireUse(in recipe: TrainingRecipe, beside options: Set<String>) throws(RecipeError) {
    for key in RecipeKey.all {
      guard let (name, text, place) = choice(of: key),
        let reason = key.uselessness(in: recipe, beside: options)
      else { continue }
      throw .useless(place, key: name, value: text, reason: reason)
    }
  }

  /// Adds what flags, a part of these settings, want: who says how the rate falls on a plateau wants that.
  package mutating func addImplied(by given: RecipeSettings) throws(RecipeError) {
    guard let schedule = RecipeKey.named("schedule"), !has(schedule) else { return }
    if given.isGiven("plateau-patience") || given.isGiven("reduction") {
      try set(schedule, to: LearningRateSchedule.plateau.rawValue, at: .flag)
    }
  }
}
