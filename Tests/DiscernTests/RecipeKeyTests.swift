import Discern
import DiscernModels
import DiscernTraining
import Foundation
import TestSupport
import Testing

/// A value other than the default.
private func otherText(_ key: RecipeKey, than recipe: TrainingRecipe) -> String {
  let text = key.text(in: recipe)
  switch key.form {
  case .wholeNumber: return text == "7" ? "8" : "7"
  case .number: return text == "0.25" ? "0.125" : "0.25"
  case .onOff: return text == "true" ? "false" : "true"
  case .choice(let names): return names.first { $0 != text } ?? ""
  case .text, .list:
    let others = [
      "pooling": "max+last", "layer-norm": "input+output", "task-weight": "a=0.5", "task-metric": "a=loss",
      "letter-ngrams": "3-4",
    ]
    return others[key.name] ?? "tr-TR"
  }
}

/// All properties of a recipe, by path.
private func leaves(_ recipe: TrainingRecipe) -> [String: String] {
  var result: [String: String] = [:]
  func walk(_ value: Any, _ path: String) {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle != .struct { result[path] = "\(value)" }
    for child in mirror.children where mirror.displayStyle == .struct {
      walk(child.value, path + "." + (child.label ?? ""))
    }
  }
  walk(recipe, "")
  return result
}

/// A recipe with one other choice.
private func changed(_ key: RecipeKey) throws -> TrainingRecipe {
  var settings = RecipeSettings()
  let networks = [
    "unfreeze": "transformer", "attention-layers": "hybrid", "attention-heads": "attention",
    "attention-window": "hybrid", "attention-memory": "attention", "relative-positions": "attention",
    "attention-projection": "attention",
    "attention-projection-per-head": "hybrid",
  ]
  if let network = networks[key.name] {
    try settings.set(#require(RecipeKey.named("encoder")), to: network, at: .flag)
  }
  if let option = ["early-exit-weight": "early-exit", "skip-cost": "skip-gates"][key.name] {
    try settings.set(#require(RecipeKey.named(option)), to: "true", at: .flag)
  }
  try settings.set(key, to: otherText(key, than: TrainingRecipe()), at: .flag)
  return settings.unchecked
}

@Test func namesAreThoseOfFlags() {
  let names = RecipeKey.all.map(\.name)
  #expect(Set(names).count == names.count)
  for name in names {
    #expect(name.allSatisfy { $0.isLowercase || $0 == "-" } && name.first != "-" && name.last != "-")
    #expect(RecipeKey.named(name)?.name == name)
  }
  for key in RecipeKey.all {
    #expect(key.help.hasSuffix("."), "\(key.name)")
    if let other = key.excluded { #expect(RecipeKey.named(other)?.excluded == key.name) }
    for alias in key.aliases {
      #expect(
        RecipeKey.named(alias.name) == nil && RecipeKey.formerly(named: alias.name)?.key.name == key.name)
    }
  }
}

/// No choice of a recipe is out of reach, or lost when it is stored: every property is moved by some key.
@Test func everyChoiceHasAKey() throws {
  let defaults = leaves(TrainingRecipe())
  // Watching has no effect, steps of batch normalisation follow from lengths, and the presence of
  // self-attention follows from the kind of network.
  var moved: Set<String> = [
    ".tokenizer.icuVersion", ".options.watchesStates", ".encoder.batchNormSteps", ".encoder.attentionLayers",
    ".encoder.attentionHeads", ".encoder.attentionProjectionTokens",
  ]
  for key in RecipeKey.all {
    let own = leaves(try changed(key))
    let paths = Set(own.keys).union(defaults.keys).filter { own[$0] != defaults[$0] }
    #expect(!paths.isEmpty, "\(key.name) changes nothing")
    moved.formUnion(paths)
  }
  #expect(moved.isSuperset(of: defaults.keys), "\(Set(defaults.keys).subtracting(moved)) have no key")
}

@Test func aShownRecipeReadsAsTheSame() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/r.yaml"
    func roundTrip(_ recipe: TrainingRecipe) throws -> RecipeSettings {
      try recipe.yaml.write(toFile: path, atomically: true, encoding: .utf8)
      return try RecipeSettings(contentsOf: path)
    }
    #expect(try roundTrip(TrainingRecipe()).recipe() == TrainingRecipe())
    for key in RecipeKey.all {
      let recipe = try changed(key)
      #expect(recipe != TrainingRecipe(), "\(key.name)")
      #expect(try roundTrip(recipe).unchecked == recipe, "\(key.name)")
      // Also in the shown text: each key once, as a value or as a comment.
      let lines = recipe.yaml.split(separator: "\n")
      #expect(lines.filter { $0.hasPrefix(key.name + ":") || $0.hasPrefix("# " + key.name + ":") }.count == 1)
    }
    // Values that end in many digits.
    var recipe = TrainingRecipe()
    recipe.options.learningRate = 0.1 + 0.2
    recipe.encoder.outputDropout = Float(1) / 3
    recipe.options.seed = .max
    recipe.options.minimumLearningRate = 1e-300
    recipe.maximumTokens = nil
    // Values in a file count as chosen.
    recipe.automatic.subtract(["learning-rate", "max-tokens"])
    #expect(try roundTrip(recipe).recipe() == recipe)
    #expect(try TrainingRecipe(contentsOf: path) == recipe)
  }
}

/// Setting a key does not change given values of the keys that follow it.
@Test func whatFollowsAnotherChoiceCanBeChosen() throws {
  func recipe(_ file: String, _ flags: [String: String] = [:]) throws -> TrainingRecipe {
    try withTemporaryFolder { folder in
      try file.write(toFile: folder + "/r.yaml", atomically: true, encoding: .utf8)
      var settings = try RecipeSettings(contentsOf: folder + "/r.yaml")
      var given = RecipeSettings()
      for (name, text) in flags { try given.set(#require(RecipeKey.named(name)), to: text, at: .flag) }
      settings.merge(given)
      return try settings.recipe()
    }
  }
  let followed = try recipe("hidden: 32\ndropout: 0.25\n").encoder
  #expect(followed.attentionSize == 32 && followed.layerDropout == nil && followed.embeddingDropout == 0.25)
  // The order of lines does not matter.
  let chosen = try recipe("attention-size: 8\nembedding-dropout: 0\nhidden: 32\ndropout: 0.25\n")
    .encoder
  #expect(chosen.attentionSize == 8 && chosen.embeddingDropout == 0 && chosen.outputDropout == 0.25)
  let flagged = try recipe("attention-size: 8\nhidden: 32\n", ["hidden": "16"]).encoder
  #expect(flagged.attentionSize == 8 && flagged.hiddenSize == 16)
  // A flag also overrides the key that sets the same thing differently.
  #expect(try recipe("batch-tokens: 900\n", ["batch-size": "3"]).options.batchSize == .texts(3))
  #expect(try recipe("batch-size: 3\n", ["batch-tokens": "900"]).options.batchSize == .tokens(900))
}
