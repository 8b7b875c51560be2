import Discern
import Testing

@Suite struct SearchSpaceTests {
  private static let text = """
    learning-rate: log 1e-4 … 1e-2
    hidden: choice 32, 64, 128
    layers: int 1 ... 3
    dropout: linear 0.1 .. 0.5
    model: choice joined | ngrams
    epochs: 8
    """

  private func choices(_ number: Int, seed: UInt64 = 1) throws -> TrainingRecipe {
    let space = try SearchSpace(Self.text, path: "space.yaml")
    return try space.settings(ofTrial: number, seed: seed, above: RecipeSettings()).recipe()
  }

  private func text(_ name: String, _ recipe: TrainingRecipe) throws -> String {
    try #require(RecipeKey.named(name)).text(in: recipe)
  }

  @Test func choicesAreAFunctionOfSeedAndNumber() throws {
    var hidden: Set<String> = []
    var layers: Set<String> = []
    var models: Set<String> = []
    var rates: [Double] = []
    for number in 2...200 {
      let recipe = try choices(number)
      #expect(try choices(number) == recipe)
      models.insert(try text("model", recipe))
      guard recipe.model.hasNetwork else {
        // Settings that do not apply to its model are not among its choices.
        #expect(recipe.encoder == TrainingRecipe().encoder)
        continue
      }
      #expect(recipe.options.epochs == 8)
      hidden.insert(try text("hidden", recipe))
      layers.insert(try text("layers", recipe))
      rates.append(recipe.options.learningRate)
      let dropout = try #require(Double(text("dropout", recipe)))
      #expect((0.1...0.5).contains(dropout))
    }
    #expect(hidden == ["32", "64", "128"] && layers == ["1", "2", "3"] && models == ["joined", "ngrams"])
    #expect(rates.allSatisfy { (1e-4...1e-2).contains($0) } && Set(rates).count > rates.count / 2)
    // Half of a logarithmic range lies below the geometric mean of its ends.
    #expect(abs(Double(rates.count { $0 < 1e-3 }) / Double(rates.count) - 0.5) < 0.2)
    #expect(try (2...20).contains { try choices($0) != choices($0, seed: 2) })
  }

  @Test func theFirstTrialIsTheRecipeAsItIs() throws {
    var base = RecipeSettings()
    try base.set(#require(RecipeKey.named("hidden")), to: "48", at: .flag)
    let space = try SearchSpace(Self.text, path: "space.yaml")
    let recipe = try space.settings(ofTrial: 1, seed: 1, above: base).recipe()
    #expect(try text("hidden", recipe) == "48")
    #expect(
      recipe.options.epochs == 8 && recipe.options.learningRate == TrainingRecipe().options.learningRate)
  }

  @Test(arguments: [
    ("hiden: choice 32, 64", "space.yaml:1: no key is named “hiden”; did you mean “hidden”?"),
    ("epochs: 3\nhidden: log 0 … 9", "space.yaml:2: hidden: “log 0 … 9”: expected log LOW … HIGH"),
    ("learning-rate: log 1e-2 … 1e-4", "space.yaml:1: learning-rate"),
    ("layers: int 1", "space.yaml:1: layers"),
    ("dropout: int 1 … 2", "space.yaml:1: dropout"),
    ("dropout: linear 0.5 … 1.5", "space.yaml:1: dropout: “1.5”"),
    ("pooling: choice max, nowhere", "space.yaml:1: pooling: “nowhere”"),
    ("cell: choice lstm, lstm", "space.yaml:1: cell"),
    ("hidden: [32, 64]", "space.yaml:1: found a list"),
    ("seed: choice 1, 2", "space.yaml:1: seed: “choice 1, 2”: trials are compared by it"),
    ("hidden: 3\nhidden: 4", "“hidden” occurs more than once"),
    ("# nothing", "space.yaml: sets nothing"),
  ]) func mistakesAreNamedByLine(text: String, message: String) throws {
    let error = #expect(throws: DiscernError.self) { try SearchSpace(text, path: "space.yaml") }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func lessAndLessTrialsGetMoreAndMoreEpochs() {
    func plan(_ trials: Int) -> [Int] { SearchPlan(trials: trials).rungs.map(\.trials) }
    #expect(plan(27) == [27, 9, 3] && plan(81) == [81, 27, 9] && plan(9) == [9, 3] && plan(7) == [7, 3])
    #expect(plan(6) == [6] && plan(1) == [1])
    #expect(SearchPlan(trials: 8, finalists: 1).rungs.map(\.trials) == [8, 3, 1])
    let third = 1 / 3.0
    #expect(SearchPlan(trials: 27).rungs.map(\.share) == [third / 3, third, 1])
    #expect(abs(SearchPlan(trials: 27).cost - 7) < 1e-9)
    #expect(SearchPlan(trials: 5).cost == 5)
    let epochs = [1, 3, 9, 10].map { SearchPlan.epochs(third, of: $0) }
    #expect(epochs == [1, 1, 3, 4])
    #expect(SearchPlan.epochs(1, of: 7) == 7)
  }

  @Test func theShippedSpaceHasAllModels() throws {
    var models: Set<String> = []
    for number in 1...27 {
      let settings = try SearchSpace.shipped.settings(ofTrial: number, seed: 1, above: RecipeSettings())
      models.insert(try text("model", settings.recipe()))
    }
    #expect(models == ["joined", "ngrams", "recurrent"])
    #expect(
      try SearchSpace.shipped.settings(ofTrial: 1, seed: 1, above: RecipeSettings()).recipe()
        == TrainingRecipe())
    var base = RecipeSettings()
    try base.set(#require(RecipeKey.named("encoder")), to: "transformer", at: .flag)
    models = []
    for number in 1...27 {
      let settings = try SearchSpace.shippedForTransformers.settings(ofTrial: number, seed: 1, above: base)
      models.insert(try text("model", settings.recipe()))
    }
    #expect(models == ["joined", "ngrams", "transformer"])
    var given = RecipeSettings()
    try given.set(#require(RecipeKey.named("model")), to: "joined", at: .flag)
    #expect(SearchSpace.shipped.without(given).dimensions.allSatisfy { $0.key.name != "model" })
  }
}
