import Discern
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary
import Foundation
import TestSupport
import Testing

private let corpus = Corpus(
  records: (0..<120).map { number in
    let isGood = number % 2 == 0
    let words = isGood ? ["good", "fine"] : ["bad", "dull"]
    return CorpusRecord(
      "\(words[number / 2 % 2]) \(number % 3 == 0 ? "films" : "plot"). It was zqx\(number % 17).",
      label: isGood ? "pos" : "neg")
  })

private let texts = ["good films.", "a dull plot", "", "film", "bad bad zqx3 good [MASK] plot. Fine."]

private func recurrent(_ change: (inout TrainingRecipe) -> Void = { _ in }) -> TrainingRecipe {
  var recipe = smallRecipe()
  recipe.model = .recurrent
  (recipe.options.epochs, recipe.options.learningRate) = (6, 0.02)
  change(&recipe)
  return recipe
}

private func joined(_ encoder: PretrainedEncoder) -> TrainingRecipe {
  var recipe = TrainingRecipe()
  recipe.model = .joined
  recipe.options.seed = smallRecipe().options.seed
  (recipe.options.epochs, recipe.options.learningRate) = (8, 0.05)
  return encoder.recipe(recipe)
}

private func withEncoder(_ body: (PretrainedEncoder, String) throws -> Void) throws {
  try withTemporaryFolder { folder in
    try TransformerFixture.write("bert", to: folder + "/bert")
    try body(try PretrainedEncoder(contentsOf: folder + "/bert"), folder)
  }
}

private func logits(_ classifier: TextClassifier, _ texts: [String]) throws -> [[Float]] {
  let session = try classifier.makeSession()
  session.includesDetails = true
  for text in texts { try session.add(text) }
  return session.classify().map { $0.details?.logits[""] ?? [] }
}

private func encoded(_ classifier: TextClassifier, _ text: String) throws -> EncodedTexts {
  var (ids, result) = ([Int32](), classifier.encoder.noTexts())
  let session = try classifier.encoder.makeSession()
  let utf8 = Array(text.utf8)
  _ = try utf8.withUnsafeBufferPointer { try session.encode($0, appendingTo: &ids) }
  session.append(ids, to: &result)
  return result
}

@Suite struct CompanionTests {
  /// Networks of words beside a transformer give the logits of the model that they came from, to the bit,
  /// with the weight found on the development texts.
  @Test(arguments: ["flat", "letters", "sentences", "two"])
  func theNetworkOfWordsAnswersAsItDidAlone(kind: String) throws {
    try withEncoder { encoder, folder in
      let words = try TextClassifier.train(
        on: corpus,
        recipe: recurrent {
          if kind == "letters" { $0.encoder.subwordBuckets = 64 }
          if kind == "sentences" { $0.network = .hierarchical }
          if kind == "two" { $0.ensembleSize = 2 }
        })
      let whole = try TextClassifier.train(
        on: corpus, pretrained: encoder, beside: words, recipe: joined(encoder))
      #expect(whole.kind == .joined && whole.model.companions.count == (kind == "two" ? 2 : 1))
      let mixing = try #require(whole.model.mixing?.first)
      let factor = try #require(mixing.companion)
      #expect(factor > 0 && mixing.network > 0 && mixing.ngrams > 0)
      let predictor = JoinedPredictor(whole.model, compute: Compute(threadCount: 1))
      let alone = try logits(words, texts)
      for (index, text) in texts.enumerated() {
        let own = try encoded(whole, text)
        let parts = predictor.parts(own)
        #expect(parts.companion == alone[index], "\(kind): \(text)")
        let wide = try #require(whole.model.ngrams)
        let rows = try #require(own.ngrams)
        let ngrams = wide.logits(rows, compute: Compute(threadCount: 1))
        let network = try #require(parts.network)
        for label in 0..<2 {
          let sum = mixing.ngrams * ngrams[label] + mixing.network * network[label]
          #expect(abs(parts.logits[label] - (sum + factor * alone[index][label])) < 1e-5)
        }
      }
      let together = try logits(whole, texts)
      #expect(try texts.map { try logits(whole, [$0])[0] } == together)
      #expect(try logits(whole, texts.reversed()) == together.reversed())
      try whole.write(to: folder + "/m")
      let read = try TextClassifier(contentsOf: folder + "/m")
      #expect(try logits(read, texts) == together)
      #expect(read.encoder.companion?.vocabulary.count == words.encoder.vocabulary.count)
      let small = try whole.quantized()
      try small.write(to: folder + "/small")
      let again = try TextClassifier(contentsOf: folder + "/small")
      #expect(again.model.companions.count { $0.isQuantized } == whole.model.companions.count)
      #expect(try logits(again, texts) == logits(small, texts))
    }
  }

  @Test func wordsAreExplainedByBothNetworks() throws {
    try withEncoder { encoder, folder in
      let words = try TextClassifier.train(on: corpus, recipe: recurrent())
      let whole = try TextClassifier.train(
        on: corpus, pretrained: encoder, beside: words, recipe: joined(encoder))
      for text in texts {
        let map = try whole.explain(text)
        let sum = map.words.reduce(0) { $0 + $1.score } + (map.base ?? .nan)
        #expect(abs(sum - map.logit) < 0.02 * max(1, abs(map.logit)), "\(text): \(sum), \(map.logit)")
      }
      // A word unknown to the transformer changes the logits of the network of words.
      let factor = Double(whole.model.mixing?[0].companion ?? 0)
      let own = try words.explain("good films", label: "pos")
      let map = try whole.explain("good films", label: "pos")
      let plain = try TextClassifier.train(on: corpus, pretrained: encoder, recipe: joined(encoder))
      let factors = try #require(plain.model.mixing?[0])
      let before = try plain.explain("good films", label: "pos")
      let expected =
        Double(before.words[0].network ?? 0) / Double(factors.network)
        * Double(whole.model.mixing?[0].network ?? 0) + factor * Double(own.words[0].score)
      #expect(abs(Double(map.words[0].network ?? 0) - expected) < 1e-3)
    }
  }

  @Test func aBrokenTrainingGoesOnWithTheSameNetworkAlone() throws {
    try withEncoder { encoder, folder in
      let words = try TextClassifier.train(on: corpus, recipe: recurrent())
      let others = try TextClassifier.train(on: corpus, recipe: recurrent { $0.options.learningRate = 0.01 })
      func train(
        _ checkpoints: TrainingCheckpoints?, _ own: TextClassifier, _ given: TrainingRecipe? = nil,
        steps limit: Int = .max
      ) throws -> TextClassifier {
        var steps = 0
        return try TextClassifier.train(
          on: corpus, pretrained: encoder, beside: own,
          recipe: given ?? joined(encoder), checkpoints: checkpoints,
          compute: Compute(threadCount: checkpoints == nil ? 1 : 3),
          onStage: { if case .training(.step) = $0 { steps += 1 } }, isInterrupted: { steps >= limit })
      }
      let whole = try train(nil, words)
      do {
        let checkpoints = try TrainingCheckpoints(folder: folder + "/c")
        #expect(throws: DiscernError.self) { try train(checkpoints, words, steps: 2) }
      }
      do {
        let resuming = try TrainingCheckpoints(resuming: folder + "/c")
        let error = #expect(throws: DiscernError.self) { try train(resuming, others, resuming.recipe) }
        #expect(error?.description.contains("--beside") == true)
      }
      let again = try TrainingCheckpoints(resuming: folder + "/c")
      let resumed = try train(again, words, again.recipe)
      #expect(try logits(resumed, texts) == logits(whole, texts))
    }
  }

  @Test func whatCannotBeJoinedIsNamed() throws {
    try withEncoder { encoder, folder in
      func message(_ words: TextClassifier, _ given: TrainingRecipe? = nil, on texts: Corpus = corpus)
        -> String
      {
        do throws(DiscernError) {
          _ = try TextClassifier.train(
            on: texts, pretrained: encoder, beside: words, recipe: given ?? joined(encoder))
          return ""
        } catch { return error.description }
      }
      let words = try TextClassifier.train(on: corpus, recipe: recurrent())
      var alone = joined(encoder)
      alone.model = .transformer
      #expect(message(words, alone).contains("--model joined"))
      var seed = joined(encoder)
      seed.options.seed += 1
      #expect(message(words, seed).contains("other development texts"))
      var tokenizer = joined(encoder)
      tokenizer.tokenizer.lowercase.toggle()
      #expect(message(words, tokenizer).contains("lowercase"))
      #expect(message(try words.quantized()).contains("is quantised"))
      let ngrams = try TextClassifier.train(on: corpus, recipe: recurrent { $0.model = .ngrams })
      #expect(message(ngrams).contains("only n-grams"))
      let transformer = try TextClassifier.train(on: corpus, pretrained: encoder, recipe: alone)
      #expect(message(transformer).contains("has a transformer"))
      let others = Corpus(
        records: (0..<60).map { CorpusRecord("good film \($0)", label: $0 % 2 == 0 ? "a" : "b") })
      #expect(message(words, on: others).contains("other tasks or labels"))
      let base = try TextClassifier.train(
        on: [trainPath], recipe: recurrent { $0.options.epochs = 1 })
      #expect(!message(base).isEmpty)
    }
  }

  /// Of two halves and a network of words that alone knows the answers, this one counts most.
  @Test func theOneThatKnowsCountsMost() throws {
    let outputs = HeadOutputs([HeadConfiguration(.classes(count: 2))])
    var noise = SeededGenerator(seed: 3)
    let numbers = (0..<200).map { _ in Int32.random(in: 0...1, using: &noise) }
    func random() -> [Float] { (0..<400).map { _ in Float.random(in: -1...1, using: &noise) } }
    // Nine in ten, as sure as that.
    let right = numbers.enumerated().flatMap { index, number in
      (number == 0) != (index % 10 == 0) ? [Float(1.1), -1.1] : [-1.1, 1.1]
    }
    let labels = [TaskLabels(numbers: numbers)]
    let (wide, network) = (random(), random())
    let found = try outputs.mixing(ngrams: wide, network: network, companion: right, labels)[0]
    let factor = try #require(found.companion)
    #expect(factor > 2 * max(found.network, found.ngrams), "\(found)")
    // Two of a kind share the weight that one of them would have.
    let one = try outputs.mixing(ngrams: wide, network: right, labels)[0]
    let two = try outputs.mixing(ngrams: wide, network: right, companion: right, labels)[0]
    #expect(abs(two.network + (two.companion ?? 0) - one.network) < 1e-3 * one.network)
    #expect(abs(two.network - (two.companion ?? 0)) < 1e-4)
  }
}
