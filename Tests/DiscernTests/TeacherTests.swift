import Discern
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTraining
import Foundation
import TestSupport
import Testing

private func bits(_ model: NeuralClassifier) -> [[UInt32]] {
  model.weights.tensors.map { $0.values.array.map(\.bitPattern) }
}

private func recipe(_ kind: ModelKind = .recurrent) -> TrainingRecipe {
  var recipe = smallRecipe()
  recipe.model = kind
  recipe.options.epochs = 8
  recipe.options.learningRate = 0.01
  return recipe
}

/// Rows with random labels, or with those that follow from the texts.
private func rows(honest: Bool) -> [(text: String, label: String)] {
  (0..<160).map { index in
    let word = index % 2 == 0 ? "good" : "bad"
    return (
      "film \(index % 9) was \(word)",
      honest ? (index % 2 == 0 ? "pos" : "neg") : (index / 2 % 2 == 0 ? "pos" : "neg")
    )
  }
}

private func corpus(_ rows: [(text: String, label: String)], _ name: String, in folder: String) throws
  -> Corpus
{
  let path = folder + "/" + name
  try rows.map { "\($0.label)\t\($0.text)\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
  return try Corpus(paths: [path])
}

private func agreement(_ classifier: TextClassifier) throws -> Double {
  let all = rows(honest: true)
  let labels = try classifier.classify(all.map(\.text)).map(\.label)
  return Double(zip(labels, all).count { $0 == $1.label }) / Double(all.count)
}

@Suite struct TeacherTests {
  /// Labels are random, so everything learned is from the teacher, on texts with labels or without.
  @Test(arguments: [ModelKind.recurrent, .joined]) func aTeachersAnswersAreLearned(kind: ModelKind) throws {
    try withTemporaryFolder { folder in
      let teacher = try TextClassifier.train(
        on: corpus(rows(honest: true), "honest.tsv", in: folder), recipe: recipe(.joined))
      #expect(try agreement(teacher) > 0.95)
      let noise = try corpus(rows(honest: false), "noise.tsv", in: folder)
      var student = recipe(kind)
      student.options.teacherWeight = 1
      let unlabelled = Corpus(texts: rows(honest: true).map(\.text))
      var told: [Int] = []
      let taught = try TextClassifier.train(
        on: noise, unlabelled: unlabelled, teacher: teacher, recipe: student
      ) { if case .taught(let texts, let more) = $0 { told = [texts, more] } }
      #expect(told == [160, 160])
      let alone = try TextClassifier.train(on: noise, recipe: recipe(kind))
      let figures = try (agreement(taught), agreement(alone))
      #expect(figures.0 > 0.95 && figures.1 < 0.8, "\(figures)")
      #expect(taught.record.teacher != nil && alone.record.teacher == nil)
    }
  }

  /// The teacher has its tasks in another order.
  @Test func tasksAreMatchedByName() throws {
    try withTemporaryFolder { folder in
      func table(_ name: String, honest: Bool, _ columns: [String]) throws -> Corpus {
        let lines = rows(honest: honest).enumerated().map { index, row in
          "\(row.text),\(row.label),\(honest ? index % 9 / 3 : index % 3)"
        }
        try (["text,mood,film"] + lines).joined(separator: "\n").write(
          toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        var options = CorpusOptions()
        options.labelColumns = columns.map { LabelColumn(task: $0, column: ColumnSelector($0)) }
        return try Corpus(paths: [folder + "/" + name], options: options)
      }
      let teacher = try TextClassifier.train(
        on: table("honest.csv", honest: true, ["mood", "film"]), recipe: recipe(.joined))
      var student = recipe()
      student.options.teacherWeight = 1
      student.options.epochs = 20
      let taught = try TextClassifier.train(
        on: table("noise.csv", honest: false, ["film", "mood"]),
        development: table("dev.csv", honest: true, ["film", "mood"]), teacher: teacher, recipe: student)
      // The student's answer to each task is the teacher's to the task of that name.
      let texts = (0..<9).flatMap { ["film \($0) was good", "film \($0) was bad"] }
      func answers(_ classifier: TextClassifier) throws -> [[String: String]] {
        try classifier.classify(texts).map { answer in
          Dictionary(uniqueKeysWithValues: answer.predictions.map { ($0.task, $0.ranking[0].label) })
        }
      }
      let (own, wanted) = try (answers(taught), answers(teacher))
      for task in ["film", "mood"] {
        #expect(zip(own, wanted).count { $0[task] == $1[task] } >= 15, "\(task): \(own) \(wanted)")
      }
    }
  }

  @Test func theSameBitsComeOfAnyNumberOfThreadsAndAfterABreak() throws {
    try withTemporaryFolder { folder in
      let teacher = try TextClassifier.train(
        on: corpus(rows(honest: true), "honest.tsv", in: folder), recipe: recipe(.joined))
      let noise = try corpus(rows(honest: false), "noise.tsv", in: folder)
      func train(
        threads: Int = 1, _ checkpoints: TrainingCheckpoints? = nil, teacher: TextClassifier? = teacher,
        isInterrupted: () -> Bool = { false }
      ) throws -> TextClassifier {
        try TextClassifier.train(
          on: noise, teacher: teacher, recipe: recipe(), checkpoints: checkpoints,
          compute: Compute(threadCount: threads), isInterrupted: isInterrupted)
      }
      let whole = try train()
      #expect(try bits(train(threads: 3).networks[0]) == bits(whole.networks[0]))
      var asked = 0
      _ = try train(TrainingCheckpoints(folder: folder + "/c", every: .steps(1))) {
        asked += 1
        return asked > 60
      }
      #expect(throws: DiscernError.self) {
        try train(TrainingCheckpoints(resuming: folder + "/c"), teacher: nil)
      }
      let resumed = try train(TrainingCheckpoints(resuming: folder + "/c"))
      #expect(bits(resumed.networks[0]) == bits(whole.networks[0]))
    }
  }

  @Test func otherLabelsAndUselessTeachersAreErrors() throws {
    try withTemporaryFolder { folder in
      let honest = try corpus(rows(honest: true), "honest.tsv", in: folder)
      let teacher = try TextClassifier.train(on: honest, recipe: recipe(.ngrams))
      func message(_ corpus: Corpus, _ change: (inout TrainingRecipe) -> Void = { _ in }) -> String {
        var own = recipe()
        change(&own)
        do {
          _ = try TextClassifier.train(
            on: corpus, unlabelled: own.selfTrains ? Corpus(texts: ["so so"]) : nil, teacher: teacher,
            recipe: own)
          return ""
        } catch { return "\(error)" }
      }
      let other = try corpus(rows(honest: true).map { ($0.text, $0.label + "!") }, "other.tsv", in: folder)
      #expect(message(other).contains("does not know “neg!”"))
      let fewer = try corpus(
        rows(honest: true) + [("so so", "mixed"), ("so la la", "mixed")], "more.tsv", in: folder)
      #expect(message(fewer).contains("does not know “mixed”"))
      #expect(message(honest) { $0.selfTrains = true }.contains("--self-train and --teacher"))
      #expect(message(honest) { $0.model = .ngrams }.contains("--teacher trains a network"))
      #expect(message(honest) { $0.options.teacherTemperature = 0 }.contains("teacher-temperature"))
    }
  }
}
