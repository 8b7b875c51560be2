import Discern
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import Foundation
import TestSupport
import Testing

private let corpus = Corpus(
  records: (0..<80).map { number in
    let isGood = number % 2 == 0
    let words = isGood ? ["good", "fine"] : ["bad", "dull"]
    return CorpusRecord(
      "\(words[number / 2 % 2]) \(number % 3 == 0 ? "films" : "plot").", label: isGood ? "pos" : "neg")
  })

private func recipe(
  _ encoder: PretrainedEncoder, _ model: ModelKind = .transformer,
  _ change: (inout TrainingRecipe) -> Void = { _ in }
) -> TrainingRecipe {
  var recipe = TrainingRecipe()
  recipe.model = model
  (recipe.options.epochs, recipe.options.learningRate) = (8, 0.05)
  recipe = encoder.recipe(recipe)
  change(&recipe)
  return recipe
}

private func withEncoder(_ body: (PretrainedEncoder, String) throws -> Void) throws {
  try withTemporaryFolder { folder in
    try TransformerFixture.write("bert", to: folder + "/bert")
    try body(try PretrainedEncoder(contentsOf: folder + "/bert"), folder)
  }
}

private func logits(_ classifier: TextClassifier, _ texts: [String]) throws -> [[UInt32]] {
  let session = try classifier.makeSession()
  session.includesDetails = true
  return try texts.map { text in
    try session.add(text)
    return session.classify()[0].details?.logits[""]?.map(\.bitPattern) ?? []
  }
}

private let texts = ["good films.", "a dull plot", "", "film", "bad bad bad good [MASK] plot."]

@Suite struct TransformerTrainingTests {
  @Test func headsLearnOnVectorsThatStayAsTheyAre() throws {
    try withEncoder { encoder, folder in
      #expect(encoder.transformer?.layerCount == 2 && encoder.languageModel == nil)
      var made: [Int] = []
      let classifier = try TextClassifier.train(
        on: corpus, pretrained: encoder, recipe: recipe(encoder),
        compute: Compute(threadCount: 1),
        onStage: { if case .vectorsMade(let done, _) = $0 { made.append(done) } })
      #expect(made.last == 80 && classifier.kind == .transformer)
      let network = classifier.networks[0]
      // Those of the folder, which take no additional space.
      let own = try TransformerFolder(path: folder + "/bert").model.weights
      for (name, _, values) in own.tensors { #expect(try network.values(name).array == values.array) }
      #expect(try network.values("output.weight").array.contains { $0 != 0 })
      // The answers are those of newly computed vectors.
      let accuracy = try classifier.evaluate(on: corpus).report.accuracy
      #expect(accuracy > 0.7, "\(accuracy)")
      let alone = try logits(classifier, texts)
      #expect(try logits(classifier, texts.reversed()) == alone.reversed())
      let several = try TextClassifier.train(
        on: corpus, pretrained: encoder, recipe: recipe(encoder), compute: Compute(threadCount: 3))
      #expect(try logits(several, texts) == alone)
      try classifier.write(to: folder + "/m")
      #expect(try logits(TextClassifier(contentsOf: folder + "/m"), texts) == alone)
    }
  }

  @Test func theTopLayersLearnWhereTheyAreUnfrozen() throws {
    try withEncoder { encoder, folder in
      let own = try TransformerFolder(path: folder + "/bert").model.weights
      func changed(_ layers: Int, _ method: AdversarialMethod = .none, threads: Int = 1) throws
        -> (names: Set<String>, logits: [[UInt32]])
      {
        let classifier = try TextClassifier.train(
          on: corpus, pretrained: encoder,
          recipe: recipe(encoder) {
            ($0.unfrozenLayers, $0.options.adversarial) = (layers, method)
            $0.options.learningRate = 0.003
          }, compute: Compute(threadCount: threads))
        let network = classifier.networks[0]
        let names = try own.tensors.filter { try network.values($0.name).array != $0.values.array }.map(
          \.name)
        return (Set(names), try logits(classifier, texts))
      }
      let one = try changed(1)
      #expect(one.names.contains("encoder.layer.1.output.dense.weight"))
      #expect(one.names.allSatisfy { $0.hasPrefix("encoder.layer.1.") }, "\(one.names)")
      #expect(try changed(1, threads: 3).logits == one.logits)
      let all = try changed(2)
      #expect(all.names.contains("encoder.layer.0.attention.self.query.weight"))
      #expect(all.names.allSatisfy { $0.hasPrefix("encoder.layer.") })
      for method in [AdversarialMethod.fgm, .fgmSequence] {
        #expect(try changed(2, method).logits != all.logits, "\(method)")
      }
    }
  }

  @Test(arguments: [0, 1]) func aBrokenTrainingGoesOnToTheSameBits(layers: Int) throws {
    try withEncoder { encoder, folder in
      func train(_ checkpoints: TrainingCheckpoints?, _ given: TrainingRecipe? = nil, steps limit: Int = .max)
        throws -> TextClassifier
      {
        var steps = 0
        return try TextClassifier.train(
          on: corpus, pretrained: encoder,
          recipe: given ?? recipe(encoder, .joined) { $0.unfrozenLayers = layers },
          checkpoints: checkpoints, compute: Compute(threadCount: 1),
          onStage: { if case .training(.step) = $0 { steps += 1 } }, isInterrupted: { steps >= limit })
      }
      let whole = try train(nil)
      do {
        let checkpoints = try TrainingCheckpoints(folder: folder + "/c")
        #expect(throws: DiscernError.self) { try train(checkpoints, steps: 2) }
        #expect(!checkpoints.isEmpty)
      }
      let checkpoints = try TrainingCheckpoints(resuming: folder + "/c")
      let resumed = try train(checkpoints, checkpoints.recipe)
      #expect(try logits(resumed, texts) == logits(whole, texts))
    }
  }

  /// Along the gradient the loss changes by its square.
  @Test func theGradientOfAllLayersIsTheDifference() throws {
    try withEncoder { encoder, folder in
      let transformer = try TransformerFolder(path: folder + "/bert")
      var shape = transformer.model.configuration
      shape.unfrozenLayers = 2
      let network = try NeuralClassifier(
        configuration: ClassifierConfiguration(
          vocabularySize: transformer.model.vocabularySize, encoder: .transformer(shape),
          heads: [HeadConfiguration(.classes(count: 3))]),
        seed: 2, transformer: transformer.model, vectors: (0..<80).map { sin(Float($0)) })
      var encoded = EncodedTexts()
      for text in texts { encoded.append(transformer.tokenizer.encode(text).ids) }
      let batch = PackedBatch(encoded, indices: Array(texts.indices))
      let gradients = Gradients(layout: network.weights.layout)
      gradients.reset()
      func sum(_ gradients: Gradients?) -> Double {
        let tape = Tape(
          compute: Compute(threadCount: 2), workspace: Workspace(), weights: network.weights,
          gradients: gradients)
        return withExtendedLifetime(tape) {
          let logits = network(Pass(tape, batch, rates: .nothing))[0]
          if gradients != nil {
            let target = logits.gradientToAddTo(tape).matrix
            for index in 0..<target.count { target.pointer[index] = cos(Float(index)) }
            tape.runBackward()
          }
          return logits.value.array.enumerated().reduce(0) {
            $0 + cos(Double($1.offset)) * Double($1.element)
          }
        }
      }
      _ = sum(gradients)
      let slope = gradients.dense
      let square = (0..<slope.count).reduce(0.0) {
        $0 + Double(slope.pointer[$1]) * Double(slope.pointer[$1])
      }
      func moved(_ step: Float) -> Double {
        let dense = network.weights.dense
        let before = Array(UnsafeBufferPointer(start: dense.pointer, count: dense.count))
        for index in 0..<dense.count { dense.pointer[index] += step * slope.pointer[index] }
        network.weights.didChange()
        let result = sum(nil)
        dense.pointer.update(from: before, count: before.count)
        network.weights.didChange()
        return result
      }
      let step = Float(1e-2 / square.squareRoot())
      let difference = (moved(step) - moved(-step)) / Double(2 * step)
      #expect(abs(difference - square) < 0.01 * square, "\(difference), \(square)")
    }
  }

  @Test func aJoinedModelIsExplainedQuantizedAndSaved() throws {
    try withEncoder { encoder, folder in
      let classifier = try TextClassifier.train(
        on: corpus, pretrained: encoder, recipe: recipe(encoder, .joined),
        compute: Compute(threadCount: 1))
      #expect(classifier.kind == .joined && classifier.record.recipe.network == .transformer)
      let text = "Good films, [MASK] zzz"
      let map = try classifier.explain(text)
      let words = map.words.reduce(0) { $0 + $1.score }
      #expect(abs((map.base ?? .nan) + words - map.logit) < 0.02 * max(1, abs(map.logit)))
      #expect(map.words.map(\.text).first == "Good" && map.words.allSatisfy { $0.isRead == true })
      #expect(map.words.last?.isKnown == false)
      _ = try classifier.explain("")
      #expect(throws: DiscernError.self) { try classifier.explain(text, method: .attention) }
      try classifier.write(to: folder + "/m")
      let read = try TextClassifier(contentsOf: folder + "/m")
      #expect(try logits(read, texts) == logits(classifier, texts))
      let small = try classifier.quantized()
      try small.write(to: folder + "/small")
      let again = try TextClassifier(contentsOf: folder + "/small")
      #expect(try again.networks[0].isQuantized && logits(again, texts) == logits(small, texts))
    }
  }

  @Test func whatDoesNotGoTogetherIsNamed() throws {
    try withEncoder { encoder, folder in
      func message(_ recipe: TrainingRecipe, _ pretrained: PretrainedEncoder?, vectors: String? = nil)
        -> String
      {
        do throws(DiscernError) {
          _ = try TextClassifier.train(on: corpus, vectors: vectors, pretrained: pretrained, recipe: recipe)
          return ""
        } catch { return error.description }
      }
      #expect(message(recipe(encoder, .recurrent), encoder).contains("--model transformer"))
      #expect(message(recipe(encoder), nil).contains("--pretrained"))
      #expect(message(recipe(encoder), encoder, vectors: "v.txt").contains("leave out --vectors"))
      #expect(message(recipe(encoder) { $0.unfrozenLayers = 3 }, encoder).contains("--unfreeze 3"))
      let moved = message(recipe(encoder) { $0.options.adversarial = .fgm }, encoder)
      #expect(moved.contains("adversarial"), "\(moved)")
    }
  }
}
