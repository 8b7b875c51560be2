import Discern
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import TestSupport
import Testing

@Suite struct CrossValidationTests {
  private static let words = [
    ["good", "lovely", "bright", "fine"], ["bad", "dull", "awful", "grey"], ["blue", "green", "red", "pink"],
  ]

  /// Texts with words of their class and some others.
  private func records(_ count: Int = 60, group: Int = 1) -> [CorpusRecord] {
    var random = SeededGenerator(seed: 4)
    return (0..<count).map { index in
      let kind = index % 3
      let text = (0..<6).map { place in
        Self.words[place < 3 ? kind : Int.random(in: 0..<3, using: &random)].randomElement(using: &random)
          ?? ""
      }
      return CorpusRecord(
        text.joined(separator: " ") + " \(index)", label: ["neg", "pos", "so-so"][kind],
        group: group > 1 ? "g\(index / group)" : nil)
    }
  }

  private func recipe(_ model: ModelKind) -> TrainingRecipe {
    var recipe = smallRecipe()
    recipe.model = model
    return recipe
  }

  @Test(arguments: ModelKind.trainedAlone) func everyTextIsMeasuredOnceByAModelOfTheOthers(kind: ModelKind)
    throws
  {
    let records = records()
    let result = try TextClassifier.crossValidate(
      on: Corpus(records: records), recipe: recipe(kind), folds: 3)
    #expect(result.predictions.map(\.text) == Array(1...records.count))
    #expect(result.folds.map(\.texts) == [20, 20, 20])
    for (record, prediction) in zip(records, result.predictions) {
      #expect(record.labels[""] == .one(prediction.labels[0]))
    }
    // One fold by hand: the bits of a training on the other texts.
    let others = zip(records, result.predictions).filter { $0.1.fold != 2 }.map(\.0)
    let classifier = try TextClassifier.train(on: Corpus(records: others), recipe: recipe(kind))
    for (record, prediction) in zip(records, result.predictions) where prediction.fold == 2 {
      let answer = try classifier.classify(record.text)
      #expect(answer.label == prediction.predicted[0].label)
      #expect(answer.probability == prediction.predicted[0].probability)
    }
    let accuracies = result.folds.map { fold in
      let own = result.predictions.filter { $0.fold == fold.number }
      return Double(own.count { $0.labels == $0.predicted.map(\.label) }) / Double(own.count)
    }
    let mean = accuracies.reduce(0, +) / 3
    let spread = try #require(result.spread(ofTask: "", \.accuracy))
    #expect(abs(spread.mean - mean) < 1e-12)
    let squares = accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect(abs(spread.deviation - (squares / 2).squareRoot()) < 1e-12)
  }

  @Test func threadsChangeNothing() throws {
    func run(_ threads: Int) throws -> [[Float]] {
      try TextClassifier.crossValidate(
        on: Corpus(records: records()), recipe: recipe(.joined), folds: 2,
        compute: Compute(threadCount: threads)
      ).predictions.map(\.probabilities)
    }
    #expect(try run(1) == run(3))
  }

  @Test func groupsAndNearCopiesStayTogether() throws {
    let grouped = records(60, group: 4)
    let byGroup = try TextClassifier.crossValidate(
      on: Corpus(records: grouped), recipe: recipe(.ngrams), folds: 3)
    #expect(byGroup.groups?.count == 15 && byGroup.groups?.largest == 4)
    let pairs = Set(zip(grouped, byGroup.predictions).map { "\($0.group ?? "") \($1.fold)" })
    #expect(pairs.count == 15)

    let copied = records(30).flatMap { [$0, $0] }
    var recipe = recipe(.ngrams)
    recipe.developmentSplit = .nearDuplicates
    let apart = try TextClassifier.crossValidate(on: Corpus(records: copied), recipe: recipe, folds: 3)
    for pair in 0..<30 {
      #expect(apart.predictions[2 * pair].fold == apart.predictions[2 * pair + 1].fold)
    }
  }

  @Test func severalTasksAndMultiLabelTasksAreMeasured() throws {
    let texts = records().enumerated().map { index, record in
      var record = record
      let kind = index % 3
      record.labels = [
        "kind": .one("k\(kind)"), "things": .any(kind == 0 ? [] : kind == 1 ? ["a"] : ["a", "b"]),
      ]
      if index % 4 == 0 { record.labels["kind"] = nil }
      return record
    }
    let result = try TextClassifier.crossValidate(
      on: Corpus(records: texts), recipe: recipe(.joined), folds: 3)
    #expect(result.tasks.map(\.name) == ["kind", "things"])
    #expect(result.predictions.count { $0.task == "things" } == 60)
    #expect(
      result.predictions.filter { $0.task == "kind" }.map(\.text)
        == (0..<60).filter { $0 % 4 != 0 }.map { $0 + 1 })
    #expect(result.spread(ofTask: "things", \.macroF1) != nil)
  }

  @Test func aLabelOfOneTextIsKnownButNotLearned() throws {
    var texts = records(30)
    texts[7].labels = ["": "rare"]
    let result = try TextClassifier.crossValidate(
      on: Corpus(records: texts), recipe: recipe(.joined), folds: 3)
    #expect(result.predictions.count == 30)
    #expect(result.predictions.allSatisfy { $0.probabilities.count == 4 })
    #expect(result.predictions[7].predicted[0].label != "rare")
  }

  @Test func whatCannotBeDividedIsRefused() throws {
    #expect(throws: DiscernError.self) {
      try TextClassifier.crossValidate(on: Corpus(records: records(3)), recipe: recipe(.ngrams), folds: 4)
    }
    let error = #expect(throws: DiscernError.self) {
      try TextClassifier.crossValidate(
        on: Corpus(records: records(30, group: 15)), recipe: recipe(.ngrams), folds: 3)
    }
    #expect(error?.description.contains("the largest group has 15 texts; give fewer folds") == true)
  }
}
