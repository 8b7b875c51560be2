import Discern

var recipe = TrainingRecipe()
recipe.maximumTokens = 200
recipe.options.epochs = 5
let classifier = try TextClassifier.train(on: ["corpora/reviews/train.tsv"], recipe: recipe) { stage in
  if case .training(.epoch(let epoch)) = stage { print("epoch \(epoch.epoch): accuracy \(epoch.accuracy)") }
}
try classifier.write(to: "model")
let (report, _) = try classifier.evaluate(on: ["corpora/reviews/test.tsv"])
print(report.accuracy)
