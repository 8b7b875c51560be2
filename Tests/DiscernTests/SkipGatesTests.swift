import Discern
import DiscernCorpus
import DiscernModels
import DiscernTensor
import TestSupport
import Testing

private let texts = ["A lovely film.", "Not bad at all, but far too long!", "Terrible, dull and boring"]

private func probabilities(_ classifier: TextClassifier) throws -> [Float] {
  try texts.map { try classifier.classify($0).predictions[0].ranking[0].probability }
}

@Suite struct SkipGatesTests {
  /// Alone and beside n-grams.
  @Test(arguments: [ModelKind.recurrent, .joined])
  func aSavedModelSkipsTheSameSteps(kind: ModelKind) throws {
    try withTemporaryFolder { folder in
      var recipe = smallRecipe()
      (recipe.model, recipe.encoder.hasSkipGates, recipe.options.skipCost) = (kind, true, 0.1)
      recipe.options.learningRate = 0.02
      let classifier = try TextClassifier.train(on: [trainPath], recipe: recipe)
      let steps = try #require(classifier.record.steps)
      #expect(steps.taken < steps.all && steps.taken > 0)
      try classifier.write(to: folder + "/m")
      let read = try TextClassifier(contentsOf: folder + "/m")
      #expect(read.record.steps == steps)
      #expect(read.record.recipe.encoder.hasSkipGates && read.record.recipe.options.skipCost == 0.1)
      #expect(try probabilities(read) == probabilities(classifier))
      var told: [StepCounts] = []
      for model in [classifier, read] {
        _ = try model.evaluate(on: Corpus(paths: [testPath]), onSteps: { told.append($0) })
      }
      _ = try read.evaluateListingErrors(on: Corpus(paths: [testPath]), onSteps: { told.append($0) })
      #expect(told.count == 3 && Set(told).count == 1 && told[0].share < 1)
    }
  }

  @Test func aModelWithoutSkipGatesTellsNothing() throws {
    var recipe = smallRecipe()
    recipe.model = .recurrent
    recipe.options.epochs = 1
    let classifier = try TextClassifier.train(on: [trainPath], recipe: recipe)
    #expect(classifier.record.steps == nil)
    _ = try classifier.evaluate(
      on: Corpus(paths: [testPath]), onSteps: { Issue.record("\($0) steps, and there are no gates") })
  }

  @Test func whatSkipGatesAreNotMadeForIsNamed() {
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return ""
    }
    var recipe = smallRecipe()
    recipe.encoder.hasSkipGates = true
    #expect(message { try recipe.validate() }.isEmpty)
    recipe.options.activations = .bfloat16
    #expect(message { try recipe.validate() }.contains("activations"))
    recipe.options.activations = .float32
    for cost in [-1, .infinity, .nan] {
      recipe.options.skipCost = cost
      #expect(message { try recipe.validate() }.contains("skip-cost"))
    }
    var pretraining = PretrainingOptions()
    pretraining.network.hasSkipGates = true
    #expect(message { try pretraining.validate() }.contains("skip-gates"))
  }
}
