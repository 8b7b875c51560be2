import DiscernTraining

/// Settings without effect.
extension RecipeSettings {
  /// Removes settings that do not apply to the model, except those in `given`, a part of these settings.
  ///
  /// - Returns: removed keys from a file whose values are not the defaults, as written there.
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

  /// - Throws: `RecipeError.useless` for a flag that does not apply to the model, or a setting in a file that
  ///   differs from the default, also from that of earlier versions.
  package func checkUse() throws(RecipeError) {
    let (recipe, defaults) = (unchecked, TrainingRecipe())
    for key in RecipeKey.all where !key.isUsed(by: recipe) {
      guard let (name, text, place) = choice(of: key) else { continue }
      if place != .flag, text == key.text(in: defaults) || text == RecipeKey.formerDefaults[key.name] {
        continue
      }
      throw .useless(place, key: name, value: text, reason: key.uselessness(in: recipe, beside: []) ?? "")
    }
  }

  /// Checks flags, which are never given without a reason, against the resulting recipe.
  ///
  /// - Parameter options: the given options that are not keys, without dashes, such as `vocab`.
  /// - Throws: `RecipeError.useless` for the first one without effect there.
  package func requireUse(in recipe: TrainingRecipe, beside options: Set<String>) throws(RecipeError) {
    for key in RecipeKey.all {
      guard let (name, text, place) = choice(of: key),
        let reason = key.uselessness(in: recipe, beside: options)
      else { continue }
      throw .useless(place, key: name, value: text, reason: reason)
    }
  }

  /// Adds settings implied by flags, a part of these settings: setting how the rate falls on a plateau
  /// implies that schedule.
  package mutating func addImplied(by given: RecipeSettings) throws(RecipeError) {
    guard let schedule = RecipeKey.named("schedule"), !has(schedule) else { return }
    if given.isGiven("plateau-patience") || given.isGiven("reduction") {
      try set(schedule, to: LearningRateSchedule.plateau.rawValue, at: .flag)
    }
  }
}
