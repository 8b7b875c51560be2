import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

private let rows: [(String, String, String)] = (0..<120).map { index in
  let (color, size) = (["red", "green", "blue"][index % 3], ["big", "small"][index / 3 % 2])
  return (
    index % 11 == 5 ? "" : color,
    [index % 3 < 2 ? "warm" : "", size].filter { !$0.isEmpty }.joined(separator: "; "),
    "a \(color) thing that is \(size) number \(index % 7)"
  )
}

private func train(_ folder: String, threads: Int = 2) throws -> TextClassifier {
  let path = folder + "/data.tsv"
  try ("color\tnotes\ttext\n" + rows.map { "\($0.0)\t\($0.1)\t\($0.2)\n" }.joined()).write(
    toFile: path, atomically: true, encoding: .utf8)
  var options = CorpusOptions()
  options.labelColumns = [
    LabelColumn(task: "color", column: .name("color")),
    LabelColumn(task: "notes", column: .name("notes"), separator: LabelSeparator(";")),
  ]
  var recipe = smallRecipe()
  recipe.options.epochs = 60
  recipe.options.patience = 60
  recipe.options.learningRate = 0.02
  recipe.options.taskWeights = ["notes": 3]
  recipe.encoder.embeddingDropout = 0
  recipe.encoder.outputDropout = 0
  recipe.classWeights = ["": .balanced]
  return try TextClassifier.train(
    on: Corpus(paths: [path], options: options), recipe: recipe, compute: Compute(threadCount: threads))
}

@Test func severalTasksSurviveSavingBitForBit() throws {
  try withTemporaryFolder { folder in
    let trained = try train(folder)
    #expect(trained.tasks.map(\.name) == ["color", "notes"])
    #expect(trained.tasks[1].labels.names == ["big", "small", "warm"])
    #expect(trained.tasks[0].thresholds == nil && trained.tasks[1].thresholds?.count == 3)
    try trained.write(to: folder + "/model")
    let loaded = try TextClassifier(contentsOf: folder + "/model")
    #expect(loaded.tasks == trained.tasks)
    let texts = ["a red thing that is big number 1", "a blue thing that is small number 3", ""]
    let predictions = try trained.classify(texts)
    #expect(try loaded.classify(texts) == predictions)
    #expect(predictions[0].predictions.map(\.task) == ["color", "notes"])
    #expect(predictions[0].label == "red" && predictions[0].predictions[0].labels.map(\.label) == ["red"])
    #expect(Set(predictions[0].predictions[1].labels.map(\.label)) == ["warm", "big"])
    #expect(predictions[1].predictions[1].labels.map(\.label) == ["small"])
    // Those that reach their thresholds, most probable first.
    let (task, prediction) = (trained.tasks[1], predictions[2].predictions[1])
    let thresholds = try #require(task.thresholds)
    #expect(
      prediction.labels
        == prediction.ranking.filter { candidate in
          task.labels.id(of: candidate.label).map { candidate.probability >= thresholds[$0] } ?? false
        })

    let (report, _) = try loaded.evaluate(on: [folder + "/data.tsv"])
    #expect(report.tasks.map(\.name) == ["color", "notes"])
    // Texts without a color are not counted for it.
    guard case .singleLabel(let color) = report.tasks[0].report,
      case .multiLabel(let notes) = report.tasks[1].report
    else {
      Issue.record("reports of other kinds")
      return
    }
    #expect(color.exampleCount == rows.count { !$0.0.isEmpty } && color.accuracy > 0.95)
    #expect(notes.exampleCount == rows.count && notes.subsetAccuracy > 0.95)
    #expect(notes.labels.map(\.threshold) == thresholds)
    #expect(report.accuracy == (color.accuracy + notes.subsetAccuracy) / 2)
  }
}

@Test func severalTasksAreTheSameForAnyNumberOfThreads() throws {
  try withTemporaryFolder { folder in
    let texts = ["a red thing", "a small thing"]
    let one = try train(folder, threads: 1)
    let other = try train(folder, threads: 3)
    #expect(try other.classify(texts) == one.classify(texts))
    #expect(other.tasks == one.tasks)
  }
}

@Test func tasksThatCannotBeAreRefused() throws {
  try withTemporaryFolder { folder in
    let classifier = try train(folder)
    var options = CorpusOptions()
    func evaluate(_ columns: [LabelColumn]) throws {
      options.labelColumns = columns
      _ = try classifier.evaluate(on: Corpus(paths: [folder + "/data.tsv"], options: options))
    }
    func message(_ columns: [LabelColumn]) -> String {
      do {
        try evaluate(columns)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message([LabelColumn(task: "colour", column: .name("color"))]).contains("did you mean “color”?"))
    #expect(message([LabelColumn(task: "notes", column: .name("notes"))]).contains("any number of labels"))
    #expect(message([classifier.labelColumns[1]]).isEmpty)
    #expect(throws: DiscernError.self) {
      options.labelColumns = [
        LabelColumn(task: "a", column: .number(1)), LabelColumn(task: "a", column: .number(2)),
      ]
      _ = try TextClassifier.train(
        on: Corpus(paths: [folder + "/data.tsv"], options: options), recipe: smallRecipe())
    }
  }
}
