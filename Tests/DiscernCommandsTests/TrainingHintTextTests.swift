import Discern
import DiscernCommands
import Testing

@Test func hintsNameWhatTheNetworkHas() {
  var recipe = TrainingRecipe()
  let rise = TrainingHint.lossRises(fromEpoch: 2, least: 0.5, last: 0.6)
  let alone = TrainingHint.halfAlone(.network, task: "", alone: 0.9, joined: 0.8)
  #expect(rise.text(recipe).contains("a smaller --hidden or"))
  #expect(alone.text(recipe).hasSuffix("--model recurrent"))
  let steps = TrainingHint.fewSteps(share: 0.015)
  #expect(
    steps.text(recipe).hasSuffix(
      "1.5 % of the steps, so most of each text is not read: leave out --skip-gates"))
  recipe.options.skipCost = 0.1
  #expect(steps.text(recipe).hasSuffix(": a smaller --skip-cost, or 0, may help"))
  recipe.network = .transformer
  #expect(rise.text(recipe).contains("a lower --learning-rate or"))
  #expect(alone.text(recipe).hasSuffix("--model transformer"))
  recipe.unfrozenLayers = 2
  #expect(rise.text(recipe).contains("a smaller --unfreeze or"))
}
