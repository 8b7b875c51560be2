import Discern
import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import TestSupport
import Testing

private let texts = [
  "A lovely film.", "", "zzqq", "Not bad at all, but far too long!", "Terrible, dull and boring", "good",
  "bad, bad, bad",
]

private func logits(
  _ classifier: TextClassifier, _ texts: [String], exit: Float?
) throws -> (logits: [[Float]], probabilities: [Float], exits: Int) {
  let session = try classifier.makeSession()
  session.includesDetails = true
  session.exitConfidence = exit
  for text in texts { try session.add(text) }
  let answers = session.classify()
  return (
    answers.map { $0.details?.logits[classifier.tasks[0].name] ?? [] },
    answers.map { $0.predictions[0].ranking[0].probability }, session.exits.byNGrams
  )
}

@Suite struct EarlyExitTests {
  private static func trained() throws -> TextClassifier {
    var recipe = smallRecipe()
    recipe.model = .joined
    return try TextClassifier.train(on: [trainPath], recipe: recipe)
  }

  @Test func sureTextsAreAnsweredByNGramsAndTheOthersAsEver() throws {
    try withTemporaryFolder { folder in
      let classifier = try Self.trained()
      let temperature = try #require(classifier.model.ngramTemperatures?.first)
      let whole = try logits(classifier, texts, exit: nil)
      #expect(whole.exits == 0)
      // N-grams alone, at their own temperature.
      let alone = JoinedClassifier([], classifier.model.ngrams, mixing: nil)
      let predictor = JoinedPredictor(alone, compute: Compute(threadCount: 1))
      var rows = classifier.encoder.noTexts()
      let encoder = try classifier.encoder.makeSession()
      for text in texts {
        var ids: [Int32] = []
        let utf8 = Array(text.utf8)
        _ = try utf8.withUnsafeBufferPointer { try encoder.encode($0, appendingTo: &ids) }
        encoder.append(ids, to: &rows)
      }
      let own = predictor.outputs.probabilities(
        ofLogits: predictor.logits(rows), temperatures: [temperature])
      let sure = texts.indices.map { max(own[2 * $0], own[2 * $0 + 1]) }
      for confidence in [Float(0.5), 0.7, 0.9, 1] {
        let result = try logits(classifier, texts, exit: confidence)
        #expect(result.exits == sure.count { $0 >= confidence }, "\(confidence)")
        for index in texts.indices {
          if sure[index] >= confidence {
            #expect(abs(result.probabilities[index] - sure[index]) < 1e-5)
          } else {
            #expect(result.logits[index] == whole.logits[index], "\(confidence): \(texts[index])")
          }
          #expect(try logits(classifier, [texts[index]], exit: confidence).logits[0] == result.logits[index])
        }
      }
      try classifier.write(to: folder + "/m")
      let read = try TextClassifier(contentsOf: folder + "/m")
      #expect(read.model.ngramTemperatures == classifier.model.ngramTemperatures)
      #expect(try logits(read, texts, exit: 0.7).logits == logits(classifier, texts, exit: 0.7).logits)
      let small = try read.quantized()
      #expect(try logits(small, texts, exit: 0.5).exits == texts.count)
      var told = 0
      let all = try classifier.evaluate(
        on: Corpus(paths: [testPath]), exitConfidence: 0.5, onExits: { told = $0.byNGrams })
      #expect(told == all.data.count && all.report.accuracy > 0.6)
    }
  }

  /// Two networks; n-grams or none.
  @Test(arguments: [ModelKind.recurrent, .joined])
  func theFirstLayerAnswersWhatItIsSureOf(kind: ModelKind) throws {
    try withTemporaryFolder { folder in
      var recipe = smallRecipe()
      recipe.model = kind
      (recipe.encoder.layerCount, recipe.encoder.hasEarlyExit, recipe.ensembleSize) = (2, true, 2)
      let classifier = try TextClassifier.train(on: [trainPath], recipe: recipe)
      let rule = try #require(classifier.model.earlyExit)
      #expect((rule.mixing == nil) == (kind == .recurrent))
      #expect(classifier.record.firstLayer?.count == 1)
      let whole = try logits(classifier, texts, exit: nil)
      var model = classifier.model
      model.ngramTemperatures = nil
      let bare = TextClassifier(
        encoder: classifier.encoder, tasks: classifier.tasks, model: model, record: classifier.record)
      for confidence in [Float(0.5), 0.6, 0.8, 1] {
        let session = try bare.makeSession()
        session.includesDetails = true
        session.exitConfidence = confidence
        for text in texts { try session.add(text) }
        let answers = session.classify()
        let exits = session.exits
        #expect(exits.texts == texts.count && exits.byNGrams == 0)
        let own = answers.map { $0.details?.logits[classifier.tasks[0].name] ?? [] }
        var left = 0
        for index in texts.indices {
          if own[index] == whole.logits[index] { continue }
          left += 1
          #expect(answers[index].predictions[0].ranking[0].probability >= confidence - 1e-6)
        }
        #expect(left == exits.afterFirstLayer)
        if confidence == 0.5 { #expect(left == texts.count) }
        #expect(exits.savedSteps * 2 <= exits.steps && (left == 0) == (exits.savedSteps == 0))
        for index in texts.indices {
          #expect(try logits(bare, [texts[index]], exit: confidence).logits[0] == own[index])
        }
      }
      try classifier.write(to: folder + "/m")
      let read = try TextClassifier(contentsOf: folder + "/m")
      #expect(read.model.earlyExit == rule)
      #expect(read.record.firstLayer?.first?.accuracy == classifier.record.firstLayer?.first?.accuracy)
      #expect(try logits(read, texts, exit: 0.7).logits == logits(classifier, texts, exit: 0.7).logits)
      let small = try read.quantized()
      #expect(small.model.earlyExit == rule)
      _ = try logits(small, texts, exit: 0.6)
    }
  }

  @Test func modelsThatCannotSayWhy() throws {
    func message(_ classifier: TextClassifier, _ confidence: Float) -> String {
      do throws(DiscernError) {
        try classifier.check(exitConfidence: confidence)
        return ""
      } catch { return error.description }
    }
    let classifier = try Self.trained()
    #expect(message(classifier, 0.9).isEmpty)
    for confidence in [Float(0), -1, 1.5, .nan] {
      #expect(message(classifier, confidence).contains("above 0, at most 1"))
    }
    var recipe = smallRecipe()
    recipe.model = .recurrent
    recipe.options.epochs = 1
    let network = try TextClassifier.train(on: [trainPath], recipe: recipe)
    #expect(message(network, 0.9).contains("--early-exit"))
    recipe.model = .ngrams
    let ngrams = try TextClassifier.train(on: [trainPath], recipe: recipe)
    #expect(message(ngrams, 0.9).contains("no network"))
    var old = classifier.model
    old.ngramTemperatures = nil
    let former = TextClassifier(
      encoder: classifier.encoder, tasks: classifier.tasks, model: old, record: classifier.record)
    #expect(message(former, 0.9).contains("train it again"))
  }
}
