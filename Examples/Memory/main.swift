import Discern

func mood(of text: String) async throws(DiscernError) -> Classification {
  let records = [
    CorpusRecord("What a lovely film!", label: "pos"),
    CorpusRecord("I want my money back.", label: "neg"),
    CorpusRecord("Happy with it, would buy again.", label: "pos"),
    CorpusRecord("Dull and far too long.", label: "neg"),
  ]
  var recipe = TrainingRecipe()
  recipe.validationFraction = 0.5
  recipe.options.epochs = 3
  let classifier = try await TextClassifier.train(on: Corpus(records: records), recipe: recipe)
  return try await classifier.classify(text)
}

let answer = try await mood(of: "A lovely evening")
print(answer.label, answer.probability, answer.evidence)
