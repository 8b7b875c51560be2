import Discern
import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import TestSupport
import Testing

private let texts = [
  "A lovely film.", "", "I want my money back.", "Not bad at all, but far too long!", "zzqq",
]

private func recipe(seeds: Int, seed: UInt64 = 5) -> TrainingRecipe {
  var recipe = smallRecipe()
  recipe.model = .recurrent
  recipe.ensembleSize = seeds
  recipe.options.seed = seed
  return recipe
}

/// Trained with separate development texts, so that the division does not depend on the seed.
private func train(
  _ recipe: TrainingRecipe, onStage: (TrainingStage) -> Void = { _ in },
  isInterrupted: () -> Bool = { false }
) throws -> TextClassifier {
  try TextClassifier.train(
    on: Corpus(paths: [trainPath]), development: Corpus(paths: [testPath]), recipe: recipe,
    onStage: onStage, isInterrupted: isInterrupted)
}

private func weights(_ model: NeuralClassifier) -> [[Float]] {
  model.weights.tensors.map(\.values.array)
}

@Test func severalSeedsGiveTheModelsOfEachAndTheirMean() throws {
  var plain = recipe(seeds: 2)
  plain.calibrates = false
  let together = try train(plain)
  #expect(together.networks.count == 2 && together.record.runs.map(\.seed) == [5, 6])
  let alone = try ([5, 6] as [UInt64]).map { seed in
    var one = recipe(seeds: 1, seed: seed)
    one.calibrates = false
    return try train(one)
  }
  for (model, single) in zip(together.networks, alone) {
    #expect(weights(model) == weights(single.networks[0]))
  }
  #expect(together.record.runs.map(\.best?.accuracy) == alone.map { $0.record.runs[0].best?.accuracy })

  let predictions = try together.classify(texts)
  let members = try alone.map { try $0.classify(texts) }
  for (index, prediction) in predictions.enumerated() {
    for candidate in prediction.ranking {
      var sum: Float = 0
      for member in members {
        sum += try #require(member[index].ranking.first { $0.label == candidate.label }).probability
      }
      #expect(abs(candidate.probability - sum / 2) < 1e-6)
    }
    // The same bits alone.
    #expect(try together.classify(texts[index]) == prediction)
  }
  let scores = try #require(together.record.together)
  let report = try together.evaluate(on: Corpus(paths: [testPath])).report
  #expect(scores.count == 1 && scores[0].accuracy == report.accuracy && scores[0].loss == report.logLoss)
}

@Test func anEnsembleIsSavedAndLoadedBitForBit() throws {
  try withTemporaryFolder { folder in
    let trained = try train(recipe(seeds: 2))
    #expect(trained.temperature != 1)
    try trained.write(to: folder + "/model")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/model").sorted()
    #expect(
      files == [
        "README.md", "manifest.json", "manifest.sha256", "vocabulary.txt", "weights-1.safetensors",
        "weights-2.safetensors",
      ])
    let loaded = try TextClassifier(contentsOf: folder + "/model")
    #expect(loaded.networks.count == 2 && loaded.record.runs.count == 2)
    #expect(try loaded.classify(texts) == trained.classify(texts))
    // A single model can replace an ensemble, of which nothing is left.
    let single = try train(recipe(seeds: 1))
    try single.write(to: folder + "/model")
    #expect(!FileManager.default.fileExists(atPath: folder + "/model/weights-1.safetensors"))
    #expect(try TextClassifier(contentsOf: folder + "/model").networks.count == 1)
    // A model that is missing, or too many.
    for (count, word) in [("3", "weights-3"), ("1", "models"), ("100000", "models"), ("-2", "models")] {
      try trained.write(to: folder + "/model")
      let path = folder + "/model/manifest.json"
      let manifest = try String(contentsOfFile: path, encoding: .utf8)
        .replacing("\"models\" : 2", with: "\"models\" : \(count)")
      try manifest.write(toFile: path, atomically: true, encoding: .utf8)
      try "\(FileDigest.of(path: path).sha256)  manifest.json\n".write(
        toFile: folder + "/model/manifest.sha256", atomically: true, encoding: .utf8)
      do {
        _ = try TextClassifier(contentsOf: folder + "/model")
        Issue.record("\(count) models were accepted")
      } catch { #expect("\(error)".contains(word), "\(error)") }
    }
  }
}

/// Interrupted in the second of three: the first is kept, the second is not.
@Test func anInterruptionKeepsWhatIsFinished() throws {
  var current = 0
  let interrupted = try train(recipe(seeds: 3)) {
    if case .run(_, let index, _) = $0 { current = index }
  } isInterrupted: {
    current == 1
  }
  #expect(interrupted.networks.count == 1 && current == 1)
  #expect(interrupted.record.outcome == .interrupted)
  #expect(interrupted.record.runs.map(\.outcome) == [.completed] && interrupted.record.together == nil)
  #expect(weights(interrupted.networks[0]) == weights(try train(recipe(seeds: 1)).networks[0]))
  // Before the first network: no model.
  do {
    _ = try train(recipe(seeds: 3), isInterrupted: { true })
    Issue.record("there was a model")
  } catch {
    guard case DiscernError.interrupted = error else { throw error }
  }
}

@Test func theNumberOfSeedsIsChecked() {
  for count in [0, -1, 1001] {
    var wrong = smallRecipe()
    wrong.ensembleSize = count
    #expect(throws: DiscernError.self) { try wrong.validate() }
  }
}
