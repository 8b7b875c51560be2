import DiscernTraining

/// Settings without effect.
extension RecipeSettings {
  /// Removes settings that do not apply to the model, except those in `given`, a subset of these settings.
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

  /// - Throws: `RecipeError.useless` for a flag that does not apply to the model, or for such a setting in a
  ///   file unless it has the default of this version or an earlier one.
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

  /// Checks flags against the resulting recipe. Unlike settings in a file, they are refused even with a
  /// default value.
  ///
  /// - Parameter options: the given options that are not keys, without dashes, such as `vocab`.
  /// - Throws: `RecipeError.useless` for the first flag without effect.
  package func requireUse(in recipe: TrainingRecipe, beside options: Set<String>) throws(RecipeError) {
    for key in RecipeKey.all {
      guard let (name, text, place) = choice(of: key),
        let reason = key.uselessness(in: recipe, beside: options)
      else { continue }
      throw .useless(place, key: name, value: text, reason: reason)
    }
  }

  /// Adds settings implied by flags, a subset of these settings: `plateau-patience` and `reduction` imply the
  /// plateau schedule.
  package mutating func addImplied(by given: RecipeSettings) throws(RecipeError) {
    guard let schedule = RecipeKey.named("schedule"), !has(schedule) else { return }
    if given.isGiven("plateau-patience") || given.isGiven("reduction") {
      try set(schedule, to: LearningRateSchedule.plateau.rawValue, at: .flag)
    }
  }
}
