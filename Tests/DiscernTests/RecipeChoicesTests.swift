import Discern
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import Testing

@Test func jsonHasTheNamesAndSpellingsOfRecipes() throws {
  var recipe = TrainingRecipe()
  recipe.automatic = []
  recipe.options.batchSize = .tokens(900)
  recipe.options.adversarial = .fgmSequence
  recipe.options.seed = .max
  recipe.encoder.batchNorm = .perStep
  recipe.encoder.layerNorm = [.input]
  recipe.options.taskWeights = ["fine": 0.5]
  recipe.truncation = .headTail
  let object = try #require(
    try JSONSerialization.jsonObject(with: JSONEncoder().encode(recipe.choices)) as? [String: Any])
  #expect(
    Set(object.keys)
      == Set(RecipeKey.all.map(\.name)).subtracting([
        "batch-size", "attention-size", "embedding-dropout", "layer-dropout", "dropout-to",
        "split-contractions", "encoder", "unfreeze", "attention-layers", "attention-heads",
        "attention-window", "attention-projection", "attention-projection-per-head", "sentence-hidden",
        "attention-memory", "relative-positions", "early-exit-weight", "skip-cost",
      ]))
  #expect(object["batch-tokens"] as? Int == 900 && object["hidden"] as? Int == 128)
  #expect(object["adversarial"] as? String == "fgm-sequence" && object["batch-norm"] as? String == "per-step")
  #expect(object["layer-norm"] as? String == "input" && object["task-weight"] as? String == "fine=0.5")
  #expect(object["seed"] as? UInt64 == .max && object["lowercase"] as? Bool == true)
  #expect(object["truncation"] as? String == "head+tail" && object["dropout"] as? Double == 0.5)
  #expect(object["pooling"] as? String == "additive")
  // Every value is accepted by a flag.
  for (name, value) in object {
    let key = try #require(RecipeKey.named(name))
    let text =
      value as? String
      ?? (key.form == .onOff ? ((value as? Bool) == true ? "true" : "false") : "\(value)")
    if key.form == .wholeNumber || key.form == .onOff { #expect(key.text(in: recipe) == text) }
  }
}

@Test func everyChoiceIsSpeltWithHyphens() {
  for key in RecipeKey.all {
    #expect(key.name.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
    guard case .choice(let names) = key.form else { continue }
    for name in names {
      #expect(name.wholeMatch(of: /[a-z0-9]+([-+][a-z0-9]+)*/) != nil, "\(key.name) \(name)")
    }
  }
}
