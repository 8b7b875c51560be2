import Discern

/// A trial of a search, with its settings.
struct SearchTrial {
  /// From 1.
  let number: Int
  let recipe: TrainingRecipe
  /// An earlier trial that has the same settings; nil: none.
  let sameAs: Int?

  /// All trials of a search, each checked.
  ///
  /// - Parameter base: the settings that are not searched.
  /// - Throws: `DiscernError` naming the line of an invalid setting.
  static func all(
    _ count: Int, _ space: SearchSpace, seed: UInt64, above base: RecipeSettings
  ) throws -> [SearchTrial] {
    var known: [String: Int] = [:]
    return try (1...count).map { number in
      let recipe: TrainingRecipe
      do {
        recipe = try space.settings(ofTrial: number, seed: seed, above: base).recipe()
      } catch let error as RecipeError {
        throw DiscernError.recipe(error)
      }
      let text = recipe.text
      let same = known[text]
      if same == nil { known[text] = number }
      return SearchTrial(number: number, recipe: recipe, sameAs: same)
    }
  }

  /// The recipe with another seed.
  func recipe(repetition: Int) -> TrainingRecipe {
    var recipe = recipe
    recipe.options.seed &+= UInt64(repetition)
    return recipe
  }

  /// The number with leading zeros, so that names are sorted by number.
  static func name(_ number: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
