import Discern
import DiscernCorpus
import DiscernTraining
import Foundation
import TestSupport
import Testing

/// A recipe that is quick to train and leaves the rest to the texts.
private func openRecipe() -> TrainingRecipe {
  var recipe = TrainingRecipe()
  recipe.encoder.hiddenSize = 8
  recipe.encoder.attentionSize = 8
  recipe.encoder.embeddingSize = 8
  recipe.options.epochs = 2
  return recipe
}

private func choices(_ recipe: TrainingRecipe) throws -> (TextClassifier, [String: String]) {
  var chosen: [String: String] = [:]
  let classifier = try TextClassifier.train(
    on: [trainPath], recipe: recipe,
    onStage: { stage in
      guard case .fitted(let choices) = stage else { return }
      for choice in choices {
        #expect(chosen[choice.key] == nil && !choice.why.isEmpty)
        chosen[choice.key] = choice.value
      }
    })
  return (classifier, chosen)
}

@Test func whatNobodyChoseIsChosenForTheTextsAndStored() throws {
  let open = openRecipe()
  let (classifier, chosen) = try choices(open)
  let recipe = classifier.record.recipe
  #expect(recipe.automatic.isEmpty)
  for key in RecipeKey.all {
    // Settings changed by a program are kept, and those that do not follow from texts keep their defaults.
    #expect(key.text(in: recipe) == chosen[key.name] ?? key.text(in: open), "\(key.name)")
    if chosen[key.name] != nil { #expect(key.isAutomatic, "\(key.name)") }
  }
  #expect(chosen["epochs"] == nil && chosen["hidden"] == nil && chosen["batch-size"] != nil)
  try withTemporaryFolder { folder in
    try classifier.write(to: folder + "/model")
    let loaded = try TextClassifier(contentsOf: folder + "/model").record.recipe
    #expect(loaded == recipe)
    // Trained again by the stored recipe, nothing is chosen again.
    #expect(try choices(loaded).1.isEmpty)
  }
}

@Test func whatAFileOrAFlagSaysIsNotChosen() throws {
  var settings = RecipeSettings()
  for key in RecipeKey.all where key.isAutomatic {
    try settings.set(key, to: key.text(in: openRecipe()), at: .flag)
  }
  let recipe = try settings.recipe()
  #expect(recipe.automatic.isEmpty)
  let (classifier, chosen) = try choices(recipe)
  #expect(chosen.isEmpty && classifier.record.recipe == recipe)
}

@Test func aKeyThatSaysTheSameInAnotherWayIsAChoiceToo() throws {
  var settings = RecipeSettings()
  try settings.set(#require(RecipeKey.named("batch-tokens")), to: "900", at: .flag)
  #expect(try !settings.recipe().automatic.contains("batch-size"))
  var recipe = openRecipe()
  recipe.options.batchSize = .tokens(900)
  let (classifier, chosen) = try choices(recipe)
  #expect(chosen["batch-size"] == nil && classifier.record.recipe.options.batchSize == .tokens(900))
}

@Test func whatFollowsAChosenKeyKeepsItsOwnChoice() throws {
  var recipe = TrainingRecipe()
  recipe.encoder.attentionSize = 5
  recipe.encoder.embeddingSize = 8
  recipe.options.epochs = 1
  let (classifier, chosen) = try choices(recipe)
  #expect(chosen["hidden"] != nil && classifier.record.recipe.encoder.attentionSize == 5)
}

@Test func aTrainingThatGoesOnIsNotFittedAgain() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/c"
    let recipe = openRecipe()
    func train(_ checkpoints: TrainingCheckpoints?, until limit: Int = .max) throws -> TextClassifier {
      var steps = 0
      return try TextClassifier.train(
        on: Corpus(paths: [trainPath]), recipe: recipe, checkpoints: checkpoints,
        onStage: { stage in
          if case .training(.step) = stage { steps += 1 }
          if case .fitted = stage, limit == .max, checkpoints != nil { Issue.record("fitted again") }
        },
        isInterrupted: { steps >= limit })
    }
    let whole = try train(nil)
    #expect(throws: DiscernError.self) { try train(try TrainingCheckpoints(folder: path), until: 3) }
    // With the program's recipe, and with the stored one.
    let checkpoints = try TrainingCheckpoints(resuming: path)
    #expect(checkpoints.recipe.automatic.isEmpty && checkpoints.recipe != recipe)
    let resumed = try train(checkpoints)
    let isSame =
      resumed.networks[0].weights.tensors.map { $0.values.array }
      == whole.networks[0].weights.tensors.map { $0.values.array }
    #expect(isSame && resumed.record.recipe == whole.record.recipe)
  }
}
