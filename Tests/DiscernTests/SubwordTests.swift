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

/// Classifiers that read unknown words by their letters.
@Suite struct SubwordTests {
  private static let words = ["wonderful", "marvellous", "dreadful", "horrible"]

  /// Reviews whose one telling word has its own ending, so that hardly any word is seen twice.
  private static func reviews(_ count: Int, seed: UInt64) -> String {
    var generator = SeededGenerator(seed: seed)
    let letters = "abcdefghijklmnopqrstuvwxyz"
    return (0..<count).map { index in
      let place = index % 4
      let end = String((0..<3).compactMap { _ in letters.randomElement(using: &generator) })
      return "\(place < 2 ? "pos" : "neg")\tthe film was \(words[place])\(end) to me\n"
    }.joined()
  }

  private func recipe(_ change: (inout TrainingRecipe) -> Void = { _ in }) -> TrainingRecipe {
    var recipe = smallRecipe()
    recipe.model = .recurrent
    recipe.minimumCount = 2
    recipe.encoder.subwordBuckets = 5000
    recipe.encoder.subwordDropout = 0.1
    recipe.encoder.embeddingDropout = 0.1
    recipe.encoder.outputDropout = 0.1
    recipe.options.learningRate = 0.01
    recipe.options.epochs = 8
    change(&recipe)
    return recipe
  }

  private func withReviews<Result>(
    _ body: (_ folder: String, _ path: String) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      let path = folder + "/train.tsv"
      try Data(Self.reviews(200, seed: 1).utf8).write(to: URL(fileURLWithPath: path))
      return try body(folder, path)
    }
  }

  private static let questions = Self.words.flatMap { word in
    ["the film was \(word)qq to me", "the film was \(word.dropLast()) to me"]
  }

  private func share(_ classifier: TextClassifier) throws -> Double {
    let answers = try classifier.classify(Self.questions).map(\.label)
    let right = zip(answers, ["pos", "pos", "pos", "pos", "neg", "neg", "neg", "neg"]).count { $0 == $1 }
    return Double(right) / Double(answers.count)
  }

  @Test func wordsThatWereNeverSeenAreUnderstoodByTheirLetters() throws {
    try withReviews { _, path in
      let classifier = try TextClassifier.train(on: [path], recipe: recipe())
      #expect(try share(classifier) == 1)
      // With one vector for all of them they are indistinguishable.
      let plain = try TextClassifier.train(
        on: [path], recipe: recipe { $0.encoder.subwordBuckets = 0 })
      #expect(try share(plain) == 0.5)
    }
  }

  @Test func aSavedModelReadsThemAsBefore() throws {
    try withReviews { folder, path in
      let trained = try TextClassifier.train(on: [path], recipe: recipe { $0.model = .joined })
      try trained.write(to: folder + "/model")
      let manifest = try String(contentsOfFile: folder + "/model/manifest.json", encoding: .utf8)
      #expect(manifest.contains("\"subwords\"") && manifest.contains("\"subwordBuckets\" : 5000"))
      let loaded = try TextClassifier(contentsOf: folder + "/model")
      #expect(loaded.encoder.letters == LetterBuckets(count: 5000))
      let texts = Self.questions + ["", "qqq zzz", "the film"]
      let together = try trained.classify(texts)
      #expect(try loaded.classify(texts) == together)
      // Alone, in a batch, in a corpus, on any number of threads.
      for threads in [1, 2, 8] {
        let session = try loaded.makeSession(compute: Compute(threadCount: threads))
        for text in texts { try session.add(text) }
        #expect(session.classify() == together)
        for (text, answer) in zip(texts, together) {
          try session.add(text)
          #expect(session.classify() == [answer])
        }
      }
      // A version without letters refuses it by this name; without letters nothing is required.
      let plain = try TextClassifier.train(
        on: [path], recipe: recipe { $0.encoder.subwordBuckets = 0 })
      try plain.write(to: folder + "/plain")
      let other = try String(contentsOfFile: folder + "/plain/manifest.json", encoding: .utf8)
      #expect(!other.contains("\"requires\"") && !other.contains("subwordBuckets"))
    }
  }

  @Test func threadsChangeNoBit() throws {
    try withReviews { folder, path in
      var bits: Set<[UInt32]> = []
      for threads in [1, 3] {
        let classifier = try TextClassifier.train(
          on: [path],
          recipe: recipe {
            $0.options.adversarial = .fgmSequence
            $0.options.averageDecay = 0.9
            $0.options.accumulation = 2
            $0.options.epochs = 2
            $0.encoder.wordDropout = 0.1
          }, compute: Compute(threadCount: threads))
        bits.insert(classifier.networks[0].weights.tensors.flatMap { $0.values.array.map(\.bitPattern) })
      }
      #expect(bits.count == 1)
    }
  }

  @Test func aDeeperModelKeepsTheLettersItGrowsFrom() throws {
    try withReviews { folder, path in
      let base = try TextClassifier.train(on: [path], recipe: recipe { $0.options.epochs = 2 })
      let corpus = try Corpus(paths: [path])
      func grown(buckets: Int) throws -> TextClassifier {
        try TextClassifier.train(
          on: corpus, growingFrom: base,
          recipe: recipe {
            $0.encoder.layerCount = 2
            $0.encoder.residual = true
            $0.encoder.subwordBuckets = buckets
            $0.options.learningRate = 1e-12
            $0.options.epochs = 1
          })
      }
      func letters(_ classifier: TextClassifier) throws -> [Float] {
        try classifier.networks[0].values("subwords.weight").array
      }
      #expect(
        zip(try letters(try grown(buckets: 5000)), try letters(base)).allSatisfy { abs($0 - $1) < 1e-6 })
      let error = #expect(throws: DiscernError.self) { _ = try grown(buckets: 0) }
      #expect("\(error.map { "\($0)" } ?? "")".contains("subword-buckets"))
    }
  }

  @Test func vectorsGiveLettersTheirFirstRows() throws {
    try withReviews { folder, path in
      let vectors = folder + "/vectors.txt"
      let lines = ["the", "film", "was", "to", "me"].enumerated().map { place, word in
        ([word] + (0..<16).map { "\(Double($0 * place % 5) / 5)" }).joined(separator: " ")
      }
      try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: vectors))
      let classifier = try TextClassifier.train(
        on: try Corpus(paths: [path]), vectors: vectors,
        recipe: recipe {
          $0.encoder.trainsEmbedding = false
          $0.options.epochs = 1
        })
      let loaded = try WordVectors.load(path: vectors, vocabulary: classifier.encoder.vocabulary, seed: 1)
      let letters = try classifier.networks[0].values("subwords.weight").array
      #expect(letters == loaded.letterRows(LetterBuckets(count: 5000)) && letters.contains { $0 != 0 })
    }
  }
}
