import Discern
import DiscernCommands
import Testing

@Test func hintsNameWhatTheNetworkHas() {
  var recipe = TrainingRecipe()
  let rise = TrainingHint.lossRises(fromEpoch: 2, least: 0.5, last: 0.6)
  let alone = TrainingHint.halfAlone(.network, task: "", alone: 0.9, joined: 0.8)
  #expect(rise.text(recipe).contains("a smaller --hidden or"))
  #expect(alone.text(recipe).hasSuffix("--model recurrent"))
  recipe.network = .transformer
  #expect(rise.text(recipe).contains("a lower --learning-rate or"))
  #expect(alone.text(recipe).hasSuffix("--model transformer"))
  recipe.unfrozenLayers = 2
  #expect(rise.text(recipe).contains("a smaller --unfreeze or"))
}
