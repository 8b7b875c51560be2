import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import Testing

// Texts count up from a word 2 … 6 and end after the word 9, so that after a while all is known of what
// follows.

private let vocabularySize = 12

private func countingTexts(_ count: Int) -> EncodedTexts {
  var texts = EncodedTexts()
  for index in 0..<count {
    let first = Int32(2 + RandomStream(seed: 4, purpose: .shuffle, counter: index).bits(0) % 5)
    texts.append(first...9)
  }
  return texts
}

private func network(_ cell: RecurrentCell, layers: Int, isBidirectional: Bool) -> RecurrentConfiguration {
  var network = RecurrentConfiguration()
  (network.embeddingSize, network.hiddenSize, network.layerCount) = (8, 12, layers)
  (network.cell, network.isBidirectional) = (cell, isBidirectional)
  return network
}

private func languageModel(_ network: RecurrentConfiguration) -> LanguageModel {
  LanguageModel(
    LanguageModelConfiguration(vocabularySize: vocabularySize, network: network, sequenceCount: 8),
    counts: [Int](repeating: 3, count: vocabularySize), seed: 1)
}

private func nextWords(
  _ model: LanguageModel, end: [(name: String, shape: [Int], values: [Float])]? = nil,
  firsts: [Float]? = nil
) -> NextWordModel {
  let size = model.configuration.network.hiddenSize
  let end =
    end ?? [
      (NextWordModel.endPrefix + ".weight", [1, size], [Float](repeating: 0.1, count: size)),
      (NextWordModel.endPrefix + ".bias", [1], [-2]),
    ]
  let firsts = firsts ?? [Float](repeating: 1, count: vocabularySize)
  return NextWordModel(
    model.configuration.network, vocabularySize: vocabularySize, encoder: model.classifierWeights,
    output: model.forwardOutput + end + [(NextWordModel.firstWordsName, [vocabularySize], firsts)])
}

/// The weights kept in a folder give the language model's own losses, also for texts longer than a
/// segment.
@Test(arguments: [RecurrentCell.lstm, .gru, .rnn], [1, 2])
func nextWordsAreThoseOfTheLanguageModel(cell: RecurrentCell, layers: Int) {
  for isBidirectional in [true, false] {
    let model = languageModel(network(cell, layers: layers, isBidirectional: isBidirectional))
    let next = nextWords(model)
    let compute = Compute(threadCount: 1)
    let stream = RandomStream(seed: 8, purpose: .shuffle)
    let text = (0..<300).map { Int32(1 + stream.bits($0) % UInt64(vocabularySize - 1)) }
    for length in [1, 2, 7, 256, 257, 299] {
      var states = next.states(textCount: 1)
      next.read([text[..<length]], &states, compute, Workspace())
      let workspace = Workspace()
      let logits = next.next(states, compute, workspace).words
      // Over all words but `<pad>`, as the language model's loss has them.
      let values = (1..<vocabularySize).map { Double(logits.pointer[$0]) }
      let loss = log(values.reduce(0) { $0 + exp($1) }) - values[Int(text[length]) - 1]
      let segment = TextSegment([text[...length]], tokens: 0..<length + 1, isReverse: false)
      let targets = segment.targets.indices.map { $0 == length - 1 ? segment.targets[$0] : -1 }
      let tape = Tape(compute: compute, workspace: Workspace(), weights: model.weights, gradients: nil)
      let expected = model.wholeLoss(
        tape, TextSegment(packed: segment.packed, targets: targets), direction: 0
      ).sum
      #expect(abs(loss - expected) < 1e-5, "\(length): \(loss) \(expected)")
    }
  }
}

@Test func textsAreWrittenToTheirEnds() throws {
  let texts = countingTexts(200)
  var options = TrainingOptions()
  (options.epochs, options.learningRate, options.monitor) = (12, 0.02, .loss)
  let compute = Compute(threadCount: 2)
  let model = try Trainer(options, compute: compute).train(
    LanguageModelTraining(
      languageModel(network(.lstm, layers: 1, isBidirectional: true)),
      counts: [Int](repeating: 3, count: vocabularySize), segmentLength: 4),
    source: SegmentSource(texts, sequenceCount: 8, segmentLength: 4, directionCount: 2, seed: 3),
    development: texts
  ).model.model
  let source = WholeTextSource(texts, batchSize: .tokens(64), seed: 1)
  (options.epochs, options.learningRate) = (30, 0.05)
  let ends = try Trainer(options, compute: compute).train(
    TextEndTraining(model, share: 0.2, seed: 1), source: source, development: texts)
  #expect(ends.best.developmentLoss < 0.1, "\(ends.best.developmentLoss)")
  var firsts = [Float](repeating: 0, count: vocabularySize)
  for index in 0..<texts.count { firsts[Int(texts[index].first ?? 0)] += 1 }
  let next = nextWords(model, end: ends.model.output, firsts: firsts)
  var sampling = TokenSampling()
  sampling.isGreedy = true
  let generator = NextWordGenerator(next, sampling: sampling, maximumTokens: 20, seed: 1)
  let results = generator(
    [[2], [4, 5], Array(3...9), []], numbers: [0, 1, 2, 3], compute: compute, workspace: Workspace())
  #expect(results.map(\.hasEnded) == [true, true, true, true])
  #expect(results.prefix(3).map(\.words) == [Array(3...9), Array(6...9), []])
  // The likeliest first word, and all that follows.
  let first = try #require(firsts.indices.max { firsts[$0] < firsts[$1] })
  #expect(results[3].words == Array(Int32(first)...9))
  #expect(results.allSatisfy { $0.logProbability < 0 && $0.logProbability > -5 })
  let short = NextWordGenerator(next, sampling: sampling, maximumTokens: 3, seed: 1)(
    [[2], []], numbers: [0, 1], compute: compute, workspace: Workspace())
  #expect(short.map(\.words.count) == [3, 3] && short.allSatisfy { !$0.hasEnded })
}

/// A text is continued in the same way alone and among others, with one thread and with three.
@Test(arguments: [RecurrentCell.lstm, .gru]) func continuationsDependOnNothingBesideTheirText(
  cell: RecurrentCell
) {
  let next = nextWords(languageModel(network(cell, layers: 2, isBidirectional: true)))
  let stream = RandomStream(seed: 9, purpose: .shuffle)
  let prompts = (0..<40).map { index in
    (0..<index % 7).map { Int32(1 + stream.bits(10 * index + $0) % UInt64(vocabularySize - 1)) }
  }
  let numbers = prompts.indices.map { $0 + 100 }
  func run(_ seed: UInt64, threads: Int) -> [NextWordGenerator.Continuation] {
    NextWordGenerator(next, sampling: TokenSampling(), maximumTokens: 30, seed: seed)(
      prompts, numbers: numbers, compute: Compute(threadCount: threads), workspace: Workspace())
  }
  let all = run(1, threads: 1)
  let three = run(1, threads: 3)
  for index in prompts.indices {
    let alone = NextWordGenerator(next, sampling: TokenSampling(), maximumTokens: 30, seed: 1)(
      [prompts[index]], numbers: [numbers[index]], compute: Compute(threadCount: 1), workspace: Workspace())
    for other in [alone[0], three[index]] {
      #expect(other.words == all[index].words && other.hasEnded == all[index].hasEnded)
      #expect(other.logProbability.bitPattern == all[index].logProbability.bitPattern)
    }
    #expect(all[index].words.allSatisfy { $0 > 1 }, "neither <pad> nor <unk>")
  }
  #expect(run(2, threads: 1).map(\.words) != all.map(\.words))
  #expect(Set(all.filter { !$0.words.isEmpty }.map(\.words)).count > 20)
}
