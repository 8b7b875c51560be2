import Discern
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

/// Models of n-grams, of a network, and of both.
@Suite struct JoinedClassifierTests {
  private static let texts = [
    "A lovely film.", "", "zzqq", "Not bad at all, but far too long!", "<b>Terrible</b> &amp; dull", "💥",
  ]

  private func recipe(_ model: ModelKind) -> TrainingRecipe {
    var recipe = smallRecipe()
    recipe.model = model
    return recipe
  }

  /// Every file of a folder by its name, but the card, which has the folder's name.
  private func files(_ folder: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != "README.md" }
    return Dictionary(
      uniqueKeysWithValues: try names.map {
        ($0, try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0)))
      })
  }

  @Test(arguments: ModelKind.trainedAlone) func savedModelsAnswerWithTheSameBits(kind: ModelKind) throws {
    try withTemporaryFolder { folder in
      let trained = try TextClassifier.train(on: [trainPath], recipe: recipe(kind))
      #expect(trained.kind == kind)
      try trained.write(to: folder + "/model")
      let names = Set(try files(folder + "/model").keys)
      #expect(names.contains("ngrams.txt") == kind.hasNGrams)
      #expect(names.contains("ngrams.safetensors") == kind.hasNGrams)
      #expect(names.contains("weights.safetensors") == kind.hasNetwork)
      #expect(names.contains("vocabulary.txt") == kind.hasNetwork)
      let loaded = try TextClassifier(contentsOf: folder + "/model")
      #expect(loaded.kind == kind)
      let (before, after) = (try trained.classify(Self.texts), try loaded.classify(Self.texts))
      #expect(before == after)
      for (text, answer) in zip(Self.texts, before) {
        #expect(try loaded.classify(text) == answer)
        #expect(abs(answer.ranking.reduce(0) { $0 + $1.probability } - 1) < 1e-6)
      }
      #expect(before[1].evidence == .empty)
      // Saved again, it is the same.
      try loaded.write(to: folder + "/again")
      #expect(try files(folder + "/model") == files(folder + "/again"))
    }
  }

  /// The n-grams given are the strongest contributions to the top label's logit, as weighted in the model.
  @Test(arguments: ModelKind.trainedAlone) func theStrongestNGramsAreTold(kind: ModelKind) throws {
    let trained = try TextClassifier.train(on: [trainPath], recipe: recipe(kind))
    let session = try trained.makeSession()
    session.includesDetails = true
    for text in Self.texts { try session.add(text) }
    for answer in session.classify() {
      let details = try #require(answer.details)
      guard kind.hasNGrams else {
        #expect(details.ngrams == nil)
        continue
      }
      let told = try #require(details.ngrams?[""])
      let strengths = told.map { abs($0.contribution) }
      #expect(told.count <= 10 && strengths == strengths.sorted(by: >) && !strengths.contains(0))
      #expect(told.allSatisfy { $0.text?.isEmpty == false } && (told.isEmpty == (answer.evidence != .normal)))
    }
    guard kind == .ngrams else { return }
    // For a short text all of them are given, and with the bias they sum to its logit.
    try session.add("zzqq lovely")
    let answer = try #require(session.classify().first)
    let label = try #require(trained.tasks[0].labels.names.firstIndex(of: answer.label))
    let (ngrams, details) = (try #require(trained.model.ngrams), try #require(answer.details))
    let told = try #require(details.ngrams?[""])
    #expect(told.contains { $0.text == "lovely" && $0.kind == .words })
    if told.count < 10 {
      let sum = told.reduce(ngrams.bias(head: 0, label: label)) { $0 + $1.contribution }
      #expect(abs(sum - (details.logits[""]?[label] ?? 0)) < 1e-4)
    }
  }

  @Test(arguments: [ModelKind.ngrams, .joined]) func threadsChangeNoBit(kind: ModelKind) throws {
    try withTemporaryFolder { folder in
      for threads in [1, 3] {
        try TextClassifier.train(
          on: [trainPath], recipe: recipe(kind), compute: Compute(threadCount: threads)
        ).write(to: folder + "/\(threads)")
      }
      var (one, three) = (try files(folder + "/1"), try files(folder + "/3"))
      // How long an epoch took is written there.
      for name in ["manifest.json", "manifest.sha256"] where kind.hasNetwork {
        one[name] = nil
        three[name] = nil
      }
      #expect(one == three)
    }
  }

  @Test func bothHalvesAndWhatTheyReachTogetherAreRecorded() throws {
    let trained = try TextClassifier.train(on: [trainPath], recipe: recipe(.joined))
    let record = trained.record
    let together = try #require(record.together?.first)
    let ngrams = try #require(record.ngrams?.scores.first)
    let network = try #require(record.runs.first?.best)
    // With its own temperature, like the whole model.
    let alone = try #require(record.network?.first)
    #expect(alone.accuracy == network.accuracy && alone.loss < network.developmentLoss + 1e-6)
    #expect(together.loss < alone.loss)
    // A hundred texts do not choose the better half alone.
    #expect(together.loss < max(ngrams.loss, alone.loss) && together.loss < ngrams.loss + 0.05)
    #expect(ngrams.accuracy > 0.7, "\(ngrams) \(alone) \(together)")
    #expect(together.accuracy > max(ngrams.accuracy, network.accuracy) - 0.03)
    #expect((record.ngrams?.features ?? 0) > 1000)
    // On texts that no part has seen, too.
    let (report, _) = try trained.evaluate(on: [testPath])
    #expect(report.accuracy > 0.75)
  }

  @Test func severalTasksAndLabelsAreJoinedToo() throws {
    let records = (0..<120).map { index in
      CorpusRecord(
        ["red apples", "green grass", "blue water"][index % 3] + (index % 2 == 0 ? " shines" : " sleeps")
          + (index % 5 == 0 ? " today" : " \(["now", "here", "there", "soon"][index % 4])"),
        labels: [
          "colour": .one(["red", "green", "blue"][index % 3]),
          "state": .any(index % 2 == 0 ? ["shining"] : ["sleeping"] + (index % 5 == 0 ? ["today"] : [])),
        ])
    }
    for kind in ModelKind.trainedAlone {
      let trained = try TextClassifier.train(on: Corpus(records: records), recipe: recipe(kind))
      let answer = try trained.classify("green grass sleeps here")
      #expect(answer.predictions.map(\.task).sorted() == ["colour", "state"])
      if kind.hasNGrams {
        #expect(answer.predictions.first { $0.task == "colour" }?.labels.map(\.label) == ["green"])
      }
    }
  }

  @Test func aHandfulOfTextsIsEnough() throws {
    let records = [
      CorpusRecord("What a lovely film!", label: "pos"), CorpusRecord("I want my money back.", label: "neg"),
      CorpusRecord("Happy with it, would buy again.", label: "pos"),
      CorpusRecord("Dull and far too long.", label: "neg"),
    ]
    for kind in [ModelKind.ngrams, .joined] {
      var recipe = recipe(kind)
      recipe.validationFraction = 0.5
      let trained = try TextClassifier.train(on: Corpus(records: records), recipe: recipe)
      #expect(try trained.classify("lovely").ranking.allSatisfy { $0.probability.isFinite })
    }
  }

  @Test func selfTrainingLearnsFromTextsWithoutLabels() throws {
    try withTemporaryFolder { folder in
      let lines = try String(contentsOfFile: trainPath, encoding: .utf8).split(separator: "\n")
      let texts = lines.dropFirst(200).prefix(400).compactMap { $0.split(separator: "\t").last }
      try Data(lines.prefix(200).joined(separator: "\n").utf8)
        .write(to: URL(fileURLWithPath: folder + "/train.tsv"))
      let unlabelled = Corpus(texts: texts.map(String.init))
      for kind in ModelKind.trainedAlone {
        var recipe = recipe(kind)
        recipe.selfTrains = true
        var counted: [Int] = []
        var losses: [Double?] = []
        var kept: SelfTrainedParts?
        let trained = try TextClassifier.train(
          on: Corpus(paths: [folder + "/train.tsv"]), unlabelled: unlabelled, recipe: recipe
        ) { stage in
          if case .labelled(let texts, let weight, let before) = stage {
            counted.append(texts)
            losses.append(before[0].loss)
            #expect(weight > 0 && weight < Double(texts))
          }
          if case .selfTrained(let after, let ngramsAlone, let parts) = stage {
            losses += [ngramsAlone?[0].loss, after?[0].loss]
            kept = parts
          }
        }
        #expect(counted == [400] && trained.kind == kind)
        // The model from before; its network with the n-grams from after; the model from after.
        #expect(losses.count == 3 && (losses[1] != nil) == (kind == .joined))
        let least = try #require(losses.compactMap(\.self).min())
        let place = try #require(losses.firstIndex(of: least))
        #expect(kept == [.nothing, .ngrams, .all][place], "\(losses)")
        if kind == .joined { #expect(trained.record.together?[0].loss == least) }
      }
      let recipe = recipe(.joined)
      #expect(throws: DiscernError.self) {
        try TextClassifier.train(
          on: Corpus(paths: [folder + "/train.tsv"]), unlabelled: unlabelled, recipe: recipe)
      }
    }
  }

  @Test func selfTrainingMayLeaveTheNetworkAlone() throws {
    var recipe = recipe(.joined)
    recipe.selfTrains = true
    recipe.selfTrainsNetwork = false
    var runs = 0
    var ngrams = 0
    var losses: [Double] = []
    var kept: SelfTrainedParts?
    let trained = try TextClassifier.train(
      on: Corpus(paths: [trainPath]), unlabelled: Corpus(paths: [testPath]), recipe: recipe
    ) { stage in
      switch stage {
      case .run: runs += 1
      case .model: runs += 1
      case .ngrams: ngrams += 1
      case .labelled(_, _, let before): losses.append(before[0].loss)
      case .selfTrained(let after, let ngramsAlone, let parts):
        #expect(after == nil)
        losses += ngramsAlone?.map(\.loss) ?? []
        kept = parts
      default: break
      }
    }
    #expect(runs == 1 && ngrams == 2 && losses.count == 2)
    #expect(kept == (losses[1] < losses[0] ? .ngrams : .nothing))
    #expect(trained.record.together?[0].loss == losses.min())
  }

  /// N-grams of held-out texts are counted only for the saved model, not for the measured one.
  @Test func heldOutTextsAreNotCountedWhileTheyMeasure() throws {
    for kind in [ModelKind.ngrams, .joined] {
      let share = recipe(kind).validationFraction
      var measured: [Int] = []
      var isTold = false
      let trained = try TextClassifier.train(
        on: Corpus(paths: [trainPath]), recipe: recipe(kind),
        onStage: { stage in
          if case .ngrams(let facts) = stage { measured.append(facts.features) }
          if case .heldOut(let texts, let all) = stage {
            isTold = abs(Double(texts) / Double(all) - share) < 0.01
          }
        })
      #expect(isTold)
      let saved = try #require(trained.record.ngrams?.features)
      #expect(measured.count == 1 && measured[0] < saved, "\(measured) \(saved)")
      #expect(saved == trained.model.ngrams?.vocabulary.count)
      // Those of given development texts are never counted.
      let given = try TextClassifier.train(
        on: Corpus(paths: [trainPath]), development: Corpus(paths: [testPath]), recipe: recipe(kind),
        onStage: { if case .ngrams(let facts) = $0 { measured.append(facts.features) } })
      #expect(given.record.ngrams?.features == saved && measured.last == saved)
    }
  }

  /// The candidates are compared by labels given by people.
  @Test func selfTrainingChoosesNothingByItsOwnLabels() throws {
    var facts: [NGramFacts] = []
    var recipe = recipe(.ngrams)
    recipe.selfTrains = true
    _ = try TextClassifier.train(
      on: Corpus(paths: [trainPath]), unlabelled: Corpus(paths: [testPath]), recipe: recipe,
      onStage: { if case .ngrams(let found) = $0 { facts.append(found) } })
    #expect(facts.count == 2)
    let losses = facts.map { $0.choices[0].logLoss }
    #expect(losses[0] != nil && losses[0] == losses[1])
    #expect(facts[0].choices[0].strength == facts[1].choices[0].strength)
  }
}
