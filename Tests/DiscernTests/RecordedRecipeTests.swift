import Discern
import DiscernIO
import DiscernText
import DiscernTraining
import Foundation
import TestSupport
import Testing

private let fixtures = SharedData.projectRoot.appendingPathComponent("Tests/Fixtures").path

/// A record whose recipe is that text or value.
private func record(_ recipe: JSONValue) throws -> TrainingRecord {
  let value = JSONValue.object([JSONMember(key: "recipe", value: recipe)])
  return try JSONDecoder().decode(TrainingRecord.self, from: JSONEncoder().encode(value))
}

@Test(arguments: ["format-1", "format-2"], ["ordinary", "tasks", "ensemble"])
func theRecipesOfEarlierFormatsAreRead(_ format: String, _ name: String) throws {
  let record = try TextClassifier(contentsOf: "\(fixtures)/\(format)/\(name)").record
  var recipe = record.recipe
  var expected = try TrainingRecipe(contentsOf: "\(fixtures)/\(format)/\(name).yaml")
  // There was no choice then.
  expected.model = .recurrent
  // The recipe used in training has been fitted to its texts.
  expected.automatic = []
  recipe.tokenizer.icuVersion = expected.tokenizer.icuVersion
  #expect(recipe == expected && record.notUnderstood == [])
}

@Test func aRecipeIsStoredAsText() throws {
  var trained = try TrainingRecipe(contentsOf: "\(fixtures)/format-1/tasks.yaml")
  trained.automatic = []
  let text = trained.text
  #expect(text.contains("hidden: 4\n") && !text.contains("#"))
  // Also default values, since another version may have other defaults.
  #expect(text.contains("batch-tokens: 60\n") && text.contains("momentum: 0.9\n"))
  #expect(!text.contains("batch-size"))
  let read = try record(.string(text))
  #expect(read.recipe == trained && read.notUnderstood == [])
  // The recipe used in training is never fitted again.
  var plain = TrainingRecipe()
  plain.automatic = []
  #expect(try record(.string(TrainingRecipe().text)).recipe == plain)
}

@Test func choicesThatThisVersionDoesNotKnowAreNamed() throws {
  let read = try record(.string("hidden: 7\nswarm: bees\noptimizer: lion\nlayers: [1]\nepochs: 3\n"))
  #expect(read.recipe.options.epochs == 3)
  #expect(
    read.notUnderstood
      == ["recipe.swarm: bees", "recipe.optimizer: lion", "recipe.layers: a list"])
  #expect(try record(.string("a: [")).notUnderstood == ["recipe.not the text of a recipe"])
  #expect(try record(.number("5")).notUnderstood == ["recipe.not the text of a recipe"])
  let earlier = try record(.object([JSONMember(key: "bees", value: .bool(true))]))
  #expect(earlier.recipe.maximumTokens == nil && earlier.notUnderstood == ["recipe.bees"])
}

/// Unknown values of a later version do not prevent reading.
@Test func aRecordIsReadAsFarAsItIsUnderstood() throws {
  let text = """
    {"outcome": "hibernated", "kernels": "avx9", "runs": [{"seed": 1}], "trainingTextCount": "many",
     "bees": {}}
    """
  let record = try JSONDecoder().decode(TrainingRecord.self, from: Data(text.utf8))
  #expect(record.kernels == "avx9" && record.runs.isEmpty && record.trainingTextCount == 0)
  #expect(record.notUnderstood.sorted() == ["bees", "outcome", "runs", "trainingTextCount"])
  let again = try JSONEncoder().encode(record)
  #expect(
    try StrictJSON.parse(Array(again)).object?.count == StrictJSON.parse(Array(text.utf8)).object?.count)
}
