import Discern
import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import TestSupport
import Testing

/// Classifiers that read texts sentence by sentence, from raw texts to answers and back from the disk.
@Suite struct HierarchicalTests {
  /// Texts of several sentences, one of which determines the label.
  private static func records(_ count: Int) -> [CorpusRecord] {
    let others = ["The film has a story.", "It rained.", "We sat in the third row!", "Who made it?"]
    return (0..<count).map { index in
      // Neither their number nor their order is informative.
      let other = index / 2
      var sentences = (0..<other % 4).map { others[(other + $0) % 4] }
      sentences.insert(
        index % 2 == 0 ? "It was a lovely thing." : "It was a dull thing.",
        at: other % 3 % (sentences.count + 1))
      return CorpusRecord(sentences.joined(separator: " "), label: index % 2 == 0 ? "good" : "bad")
    }
  }

  private static let texts = [
    "It rained. A lovely film. Who made it?", "", "...", "dull", "lovely\ndull\nlovely",
    "<p>It was dull.</p><p>Lovely rain!</p>", String(repeating: "Go. ", count: 200), "好吃。不好。",
  ]

  private func recipe(_ change: (inout TrainingRecipe) -> Void = { _ in }) -> TrainingRecipe {
    var recipe = smallRecipe()
    recipe.model = .recurrent
    recipe.network = .hierarchical
    recipe.options.learningRate = 0.02
    recipe.options.epochs = 10
    change(&recipe)
    return recipe
  }

  private func trained(
    _ change: (inout TrainingRecipe) -> Void = { _ in }, compute: Compute = Compute(threadCount: 2)
  ) throws -> TextClassifier {
    try TextClassifier.train(
      on: Corpus(records: Self.records(80)), recipe: recipe(change), compute: compute)
  }

  private func bits(_ classifier: TextClassifier) -> [UInt32] {
    classifier.networks.flatMap { $0.weights.tensors.flatMap { $0.values.array.map(\.bitPattern) } }
  }

  @Test func itLearnsAndAnswersTheSameFromTheDisk() throws {
    let classifier = try trained()
    #expect(classifier.encoder.dividesSentences && classifier.kind == .recurrent)
    #expect(classifier.networks[0].configuration.encoder.hierarchical?.sentenceHiddenSize == 16)
    let answers = try classifier.classify(["It rained. It was a lovely thing.", "It was a dull thing. Who?"])
    #expect(answers.map(\.label) == ["good", "bad"])
    let together = try classifier.classify(Self.texts)
    try withTemporaryFolder { folder in
      for (name, model) in [
        ("whole", classifier), ("int8", try classifier.quantized(to: .int8)),
        ("half", try classifier.quantized(to: .fp16)),
      ] {
        let path = "\(folder)/\(name)"
        try model.write(to: path)
        let manifest = try String(contentsOfFile: path + "/manifest.json", encoding: .utf8)
        #expect(manifest.contains("\"sentences\"") && manifest.contains("\"hierarchical\""))
        let loaded = try TextClassifier(contentsOf: path)
        #expect(loaded.encoder.dividesSentences && loaded.record.recipe.network == .hierarchical)
        let expected = try model.classify(Self.texts)
        #expect(try loaded.classify(Self.texts) == expected)
        var bytes: [UInt8] = []
        try PackedModel.write(folder: path) { bytes += $0 }
        try Data(bytes).write(to: URL(fileURLWithPath: path + ".discern"))
        #expect(try TextClassifier(contentsOf: path + ".discern").classify(Self.texts) == expected)
      }
      // By this name, versions that do not know sentences refuse it.
      let path = folder + "/whole/manifest.json"
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      var object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect(object["requires"] as? [String] == ["sentences"])
      object["requires"] = nil
      try JSONSerialization.data(withJSONObject: object).write(to: URL(fileURLWithPath: path))
      let digest = try FileDigest.of(path: path).sha256
      try "\(digest)  manifest.json\n"
        .write(toFile: folder + "/whole/manifest.sha256", atomically: false, encoding: .utf8)
      #expect(
        refusal { _ = try TextClassifier(contentsOf: folder + "/whole") }
          .contains("does not name “sentences”"))
    }
    // Alone, in a batch, on any number of threads.
    for threads in [1, 3] {
      let session = try classifier.makeSession(compute: Compute(threadCount: threads))
      for text in Self.texts { try session.add(text) }
      #expect(session.classify() == together)
      for (text, answer) in zip(Self.texts, together) {
        try session.add(text)
        #expect(session.classify() == [answer])
      }
    }
  }

  /// Also joined with n-grams, with letters, every kind of adversary and other options of training.
  @Test(arguments: AdversarialMethod.allCases) func threadsChangeNoBit(method: AdversarialMethod) throws {
    func bits(_ threads: Int) throws -> [UInt32] {
      self.bits(
        try trained(
          {
            $0.options.adversarial = method
            $0.options.averageDecay = 0.9
            $0.options.accumulation = 2
            $0.options.epochs = 2
            $0.options.labelSmoothing = 0.1
            $0.model = method == .fgm ? .joined : .recurrent
            $0.sentenceHiddenSize = 7
            $0.encoder.pooling = [.additive, .max]
            $0.encoder.subwordBuckets = method == .none ? 0 : 50
            $0.encoder.dropoutKind = method == .vat ? .locked : .word
          }, compute: Compute(threadCount: threads)))
    }
    #expect(try bits(1) == bits(3))
  }

  @Test func anInterruptedTrainingGoesOnToTheSameBits() throws {
    try withTemporaryFolder { folder in
      func train(_ checkpoints: TrainingCheckpoints?, steps: Int = .max) throws -> TextClassifier {
        var done = 0
        return try TextClassifier.train(
          on: Corpus(records: Self.records(80)), development: Corpus(records: Self.records(20)),
          recipe: checkpoints?.recipe ?? recipe(), checkpoints: checkpoints,
          onStage: { if case .training(.step) = $0 { done += 1 } }, isInterrupted: { done >= steps })
      }
      let whole = try train(nil)
      let first = recipe()
      do {
        let checkpoints = try TrainingCheckpoints(folder: folder + "/c")
        var done = 0
        #expect(throws: DiscernError.self) {
          try TextClassifier.train(
            on: Corpus(records: Self.records(80)), development: Corpus(records: Self.records(20)),
            recipe: first, checkpoints: checkpoints,
            onStage: { if case .training(.step) = $0 { done += 1 } }, isInterrupted: { done >= 3 })
        }
        #expect(!checkpoints.isEmpty)
      }
      #expect(bits(try train(TrainingCheckpoints(resuming: folder + "/c"))) == bits(whole))
    }
  }

  @Test func aTextOfOneSentenceIsAnsweredByTheWordsNetworkAlone() throws {
    let classifier = try trained()
    let model = classifier.networks[0]
    var configuration = model.configuration
    configuration.encoder = .recurrent(try #require(configuration.encoder.wordNetwork))
    let names = Set(try NeuralClassifier(configuration: configuration, seed: 1).shapes.map(\.name))
    let flat = try NeuralClassifier(
      configuration: configuration,
      tensors: Dictionary(
        uniqueKeysWithValues: model.weights.tensors.filter { names.contains($0.name) }
          .map { ($0.name, ($0.shape, $0.values.array)) }))
    let session = try classifier.encoder.makeSession()
    for (text, isLone) in [("A lovely film, 3.5 stars", true), ("Lovely. It rained", false)] {
      var texts = EncodedTexts()
      texts.sentences = TextSentences()
      var ids: [Int32] = []
      try Array(text.utf8).withUnsafeBufferPointer { (utf8) throws(TextError) in
        _ = try session.encode(utf8, appendingTo: &ids)
      }
      texts.append(ids)
      session.appendSentences(to: &texts.sentences)
      let compute = Compute(threadCount: 1)
      let (own, other) = (
        Predictor(model, compute: compute).logits(texts), Predictor(flat, compute: compute).logits(texts)
      )
      #expect((own == other) == isLone, "\(text)")
    }
  }

  @Test(arguments: [ModelKind.recurrent, .joined]) func explanationsShowSentencesAndWords(kind: ModelKind)
    throws
  {
    let classifier = try trained {
      $0.model = kind
      $0.maximumTokens = 12
    }
    for text in Self.texts {
      let map = try classifier.explain(text, label: "good")
      let sentences = try #require(map.sentences)
      let sum = map.words.reduce(Double(map.base ?? 0)) { $0 + Double($1.score) }
      let bound = 0.01 * abs(Double(map.logit) - Double(map.base ?? 0)) + 1e-4
      #expect(abs(sum - Double(map.logit)) <= bound || map.reliability == .unreliable)
      #expect(sentences.isEmpty == map.words.isEmpty)
      if sentences.isEmpty { continue }
      #expect(abs(sentences.reduce(0) { $0 + ($1.attention ?? .nan) } - 1) < 1e-5)
      var words = 0
      for sentence in sentences {
        #expect(sentence.words.lowerBound == words && !sentence.words.isEmpty)
        words = sentence.words.upperBound
        #expect(sentence.score == map.words[sentence.words].reduce(0) { $0 + $1.score })
        #expect(sentence.range.lowerBound == map.words[sentence.words.lowerBound].range.lowerBound)
        #expect(sentence.range.upperBound == map.words[words - 1].range.upperBound)
      }
      #expect(map.words[words...].allSatisfy { $0.isRead == false })
      let look = try classifier.explain(text, method: .attention, label: "good")
      #expect(look.sentences?.map(\.attention) == sentences.map(\.attention))
      #expect(
        zip(look.sentences ?? [], sentences).allSatisfy {
          abs(($0.score ?? .nan) - ($1.attention ?? 0)) < 1e-6
        })
      let without = try classifier.explain(text, method: .occlusion, label: "good")
      #expect(without.sentences?.allSatisfy { $0.score == nil && $0.attention != nil } == true)
    }
    let map = try classifier.explain("It rained. A lovely film. Who made it?", label: "good")
    #expect(map.sentences?.map(\.words) == [0..<3, 3..<7, 7..<11])
    let scores = map.sentences?.compactMap(\.score) ?? []
    #expect(scores.max() == scores[1] && scores[1] > 0)
  }

  @Test func otherModelsHaveNoSentences() throws {
    let flat = try trained { $0.network = .recurrent }
    #expect(try flat.explain("One. Two.").sentences == nil)
    #expect(!flat.encoder.dividesSentences)
    let ngrams = try trained { $0.model = .ngrams }
    #expect(try ngrams.explain("One. Two.").sentences == nil && !ngrams.encoder.dividesSentences)
  }

  private func refusal(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "taken"
  }

  @Test func whatItCannotBeIsRefusedByName() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/t.tsv"
      try Self.records(60).enumerated().map { "\($0 % 2 == 0 ? "good" : "bad")\t\($1.text)\n" }.joined()
        .write(toFile: path, atomically: false, encoding: .utf8)
      try PackedTexts.pack(Corpus(paths: [path]), to: folder + "/shards")
      let packed = try PackedTexts(contentsOf: folder + "/shards")
      #expect(
        refusal { _ = try TextClassifier.train(on: packed, recipe: recipe()) }
          .contains("--encoder hierarchical"))
    }
    let corpus = Corpus(records: Self.records(60))
    let flat = try trained { $0.network = .recurrent }
    let deeper = recipe {
      $0.encoder.layerCount = 2
      $0.encoder.residual = true
    }
    #expect(
      refusal { _ = try TextClassifier.train(on: corpus, growingFrom: flat, recipe: deeper) }
        .contains("--grow-from"))
    let hierarchical = try trained()
    var plain = deeper
    plain.network = .recurrent
    #expect(
      refusal { _ = try TextClassifier.train(on: corpus, growingFrom: hierarchical, recipe: plain) }
        .contains("--grow-from"))
    #expect(refusal { try recipe { $0.model = .transformer }.validate() }.contains("encoder"))
    #expect(refusal { try recipe { $0.sentenceHiddenSize = 0 }.validate() }.contains("sentence-hidden"))
  }
}
