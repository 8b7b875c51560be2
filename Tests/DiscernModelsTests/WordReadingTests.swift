import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernVocabulary
import TestSupport
import Testing

// Unknown words that are read by their letters.

private let bucketCount = 50
private let count = 30
private let labels = (0..<count).map { Int32($0 % 3) }

/// Of the unknown words of `randomTexts`, one in five has no letters; the others are ten different ones.
private func letterTexts(seed: UInt64, withKnown: Bool = true) -> EncodedTexts {
  var generator = SeededGenerator(seed: seed)
  func bag() -> [Int32] {
    (0..<Int.random(in: 1...6, using: &generator)).map { _ in
      Int32.random(in: 0..<Int32(bucketCount), using: &generator)
    }
  }
  let words = (0..<10).map { _ in bag() }
  var known = LetterBags()
  for id in 0..<60 { known.append(ArraySlice(id < 2 ? [] : bag())) }
  var texts = randomTexts(count, longest: 25, vocabulary: 20, seed: seed)
  var letters = TextLetters(ofKnown: withKnown ? known : nil)
  for text in 0..<count {
    var own = LetterBags()
    for id in texts[text] where id == Vocabulary.unknownID {
      let place = Int.random(in: 0..<12, using: &generator)
      own.append(place < 10 ? ArraySlice(words[place]) : [])
    }
    letters.append(own)
  }
  texts.letters = letters
  return texts
}

private let texts = letterTexts(seed: 2)

private func model(
  dropout: Float = 0, subwordDropout: Float = 0, _ change: (inout RecurrentConfiguration) -> Void = { _ in }
) throws -> NeuralClassifier {
  var configuration = smallConfiguration(dropout: dropout)
  configuration.network.subwordBuckets = bucketCount
  configuration.network.subwordDropout = subwordDropout
  change(&configuration.network)
  var generator = SeededGenerator(seed: 9)
  let letters = (0..<bucketCount * 9).map { _ in Float.random(in: -1...1, using: &generator) }
  return try NeuralClassifier(configuration: configuration, seed: 1, vectors: nil, letters: letters)
}

@Test func unknownWordsOfOtherLettersAreRowsOfTheirOwn() {
  var texts = EncodedTexts()
  var letters = TextLetters()
  let bags: [[[Int32]]] = [[[7, 8], [7, 8], [8, 7]], [[]], [[8, 7], []]]
  for (ids, own) in zip([[5, 1, 1, 1], [1], [1, 1]] as [[Int32]], bags) {
    texts.append(ids)
    var words = LetterBags()
    for bag in own { words.append(ArraySlice(bag)) }
    letters.append(words)
  }
  texts.letters = letters
  let batch = PackedBatch(texts, indices: [1, 2, 0])
  #expect(batch.indices == [0, 2, 1])
  // Step 0: 5, [8, 7], <unk>; step 1: [7, 8], <unk>; then [7, 8] and [8, 7].
  #expect(batch.distinctIDs == [5, -1, 1, -2])
  #expect(batch.tokenRows.rowOfToken == [0, 1, 2, 3, 2, 3, 1])
  #expect(batch.letters.count == 2 && batch.letters[0] == [8, 7] && batch.letters[1] == [7, 8])
  #expect(batch.padded().ids == [5, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0])
}

/// Without gradients, with and without stored projections, on any number of threads.
@Test(arguments: [1, 2, 8]) func unknownWordsAreReadTheSameAloneAndInAnyBatch(threads: Int) throws {
  let model = try model(dropout: 0.4, subwordDropout: 0.5)
  let plain = letterTexts(seed: 2, withKnown: false)
  var generator = SeededGenerator(seed: 3)
  for family in KernelFamily.available {
    let compute = Compute(family: family, threadCount: threads)
    let alone = (0..<count).map { index in
      let workspace = Workspace()
      let tape = Tape(
        compute: Compute(family: family, threadCount: 1), workspace: workspace, weights: model.weights,
        gradients: nil)
      return withExtendedLifetime(workspace) {
        model(Pass(tape, PackedBatch(texts, indices: [index])))[0].value.array.map(\.bitPattern)
      }
    }
    let predictor = Predictor(model, compute: compute)
    for trial in 0..<30 {
      let indices = Array(
        (0..<count).shuffled(using: &generator).prefix(Int.random(in: 1...count, using: &generator)))
      let batch = PackedBatch(trial % 2 == 0 ? texts : plain, indices: indices)
      #expect(predictor.logits(batch).map(\.bitPattern) == batch.indices.flatMap { alone[$0] })
    }
  }
}

@Test func keptProjectionsOfUnknownWordsAreOfTheirOwnBatch() throws {
  let model = try model()
  let workspace = Workspace()
  let compute = Compute(threadCount: 1)
  for rows in [3, 10, 70, 1000] {
    let cache = ProjectionCache(
      vocabularySize: 60, otherWords: 10, gateSize: 44, directionCount: 2, byteLimit: rows * 2 * 44 * 4)
    for start in [0, 10, 20, 0] {
      let batch = PackedBatch(texts, indices: Array(start..<start + 10))
      func logits(_ cache: ProjectionCache?) -> [UInt32] {
        workspace.reset()
        let tape = Tape(compute: compute, workspace: workspace, weights: model.weights, gradients: nil)
        return model(Pass(tape, batch, cache: cache))[0].value.array.map(\.bitPattern)
      }
      #expect(logits(cache) == logits(nil))
    }
  }
}

private func pass(
  _ model: NeuralClassifier, threads: Int = 1, step: Int = 1, _ texts: EncodedTexts = texts
) -> (pass: TrainingPass, letters: [UInt32], buckets: [Int32]) {
  let batch = PackedBatch(texts, indices: Array(0..<count))
  let pass = TrainingPass(
    model, batch, labels: labels, compute: Compute(threadCount: threads), step: step)
  return (pass, pass.letterRows?.values.map(\.bitPattern) ?? [], pass.letterRows?.ids ?? [])
}

@Test(arguments: DropoutKind.allCases) func gradientsOfLettersAreTheSameBitsForAnyThreads(kind: DropoutKind)
  throws
{
  let model = try model(dropout: 0.4, subwordDropout: 0.3) {
    $0.dropoutKind = kind
    $0.wordDropout = 0.2
  }
  let one = pass(model)
  for threads in [2, 8] {
    let other = pass(model, threads: threads)
    #expect(other.pass.loss == one.pass.loss && other.letters == one.letters && other.buckets == one.buckets)
    #expect(other.pass.embeddingRows?.ids == one.pass.embeddingRows?.ids)
    #expect(other.pass.embeddingRows?.values == one.pass.embeddingRows?.values)
  }
  // Draws are those of the step.
  #expect(pass(model, step: 2).pass.loss != one.pass.loss)
}

/// By finite differences of the whole network's loss.
@Test func letterRowsAndTheUnknownWordsOwnHaveTheLossesGradient() throws {
  let model = try model(subwordDropout: 0.3)
  let result = pass(model)
  let table = try #require(model.letterTable)
  func check(_ table: EmbeddingTable, _ id: Int32, _ gradient: [Float]) {
    let row = model.weights[table].row(Int(id))
    for j in 0..<gradient.count {
      let before = row[j]
      func loss(_ by: Float) -> Double {
        row[j] = before + by
        defer { row[j] = before }
        return pass(model).pass.loss
      }
      let slope = (loss(0.01) - loss(-0.01)) / 0.02
      #expect(abs(slope - Double(gradient[j])) < 2e-4, "\(table.name) \(id) \(j)")
    }
  }
  let values = result.letters.map(Float.init(bitPattern:))
  for (place, bucket) in result.buckets.enumerated().prefix(8) {
    check(table, bucket, Array(values[place * 9..<(place + 1) * 9]))
  }
  let words = try #require(result.pass.embeddingRows)
  let unknown = try #require(words.ids.firstIndex(of: Vocabulary.unknownID))
  check(model.wordTable, Vocabulary.unknownID, Array(words.values[unknown * 9..<(unknown + 1) * 9]))
}

/// A word read by its letters has no part in the step: neither its row nor its moments move.
@Test func knownWordsAreReadByTheirLettersNowAndThen() throws {
  let (never, often) = (try model(), try model(subwordDropout: 0.5))
  let known = Set(texts.tokenIDs)
  #expect(Set(pass(never).pass.embeddingRows?.ids ?? []) == known)
  var seen: Set<Set<Int32>> = []
  for step in 1...5 {
    let ids = Set(pass(often, step: step).pass.embeddingRows?.ids ?? [])
    #expect(ids.isStrictSubset(of: known) && ids.contains(0) && ids.contains(Vocabulary.unknownID))
    seen.insert(ids)
  }
  #expect(seen.count > 1)
  // Without their letters, and where no gradient is wanted, they are not.
  #expect(Set(pass(often, letterTexts(seed: 2, withKnown: false)).pass.embeddingRows?.ids ?? []) == known)
  let compute = Compute(threadCount: 1)
  #expect(
    Predictor(never, compute: compute).logits(texts) == Predictor(often, compute: compute).logits(texts))
}

@Test func lettersThatAreZerosAndModelsWithoutThemReadUnknownWordsAsOne() throws {
  var configuration = smallConfiguration()
  let compute = Compute(threadCount: 1)
  var plain = texts
  plain.letters = nil
  let without = try NeuralClassifier(configuration: configuration, seed: 1)
  configuration.network.subwordBuckets = bucketCount
  let zeros = try NeuralClassifier(configuration: configuration, seed: 1)
  let expected = Predictor(without, compute: compute).logits(plain)
  for (model, texts) in [(without, texts), (zeros, texts), (zeros, plain)] {
    #expect(Predictor(model, compute: compute).logits(texts) == expected)
  }
  #expect(pass(without).pass.loss == pass(without, plain).pass.loss)
  #expect(Predictor(try model(), compute: compute).logits(texts) != expected)
}

/// Adversarial moves are those of the sum: perturbed by nothing, the bits stay; moved, the scores change.
@Test func perturbationsMoveTheVectorsOfUnknownWordsToo() throws {
  let model = try model(dropout: 0.3, subwordDropout: 0.3)
  let batch = PackedBatch(texts, indices: Array(0..<count))
  func logits(_ perturbation: (Workspace) -> Perturbation) throws -> [Float] {
    try movedLogits(model, batch, labels: labels, perturbation)
  }
  let plain = try logits { _ in .ofWords(nil) }
  #expect(try logits { .ofWords($0.zeros(batch.distinctIDs.count, 9)) } == plain)
  #expect(try logits { .ofTokens($0.zeros(batch.tokenCount, 9)) } == plain)
  let moved = try logits { workspace in
    let matrix = workspace.matrix(batch.distinctIDs.count, 9)
    matrix.fill(0.5)
    return .ofWords(matrix)
  }
  #expect(zip(plain, moved).contains { $0 != $1 })
}

@Test func standardisedVectorsKeepWhatLettersAddInProportion() throws {
  let model = NeuralClassifier(copying: try model())
  let table = try #require(model.letterTable)
  let before = (model.weights[table].array, model.weights[model.wordTable].array)
  let scales = try #require(
    model.weights.standardize(model.wordTable, with: table, counts: Array(repeating: 1, count: 60))
  ).scales
  #expect(model.weights[model.wordTable].array != before.1)
  for (index, value) in model.weights[table].array.enumerated() {
    #expect(abs(Double(value) - Double(before.0[index]) * scales[index % 9]) < 1e-5)
  }
}

@Test func aFrozenEmbeddingKeepsItsLetters() throws {
  let result = pass(try model { $0.trainsEmbedding = false })
  #expect(result.buckets.isEmpty && result.pass.embeddingRows == nil)
}
