import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTensor
import Testing

private func model(
  _ cell: RecurrentCell = .lstm, encoderLayers: Int = 1, decoderLayers: Int = 2, isBidirectional: Bool = true
) -> EncoderDecoder {
  var configuration = SequenceConfiguration()
  (configuration.sourceVocabularySize, configuration.targetVocabularySize) = (9, 9)
  (configuration.embeddingSize, configuration.hiddenSize) = (6, 7)
  (configuration.encoderLayers, configuration.decoderLayers) = (encoderLayers, decoderLayers)
  (configuration.cell, configuration.isBidirectional) = (cell, isBidirectional)
  let model = EncoderDecoder(configuration, seed: 5)
  // Larger than initial weights, so that everything has an effect.
  for index in 0..<model.weights.dense.count { model.weights.dense.pointer[index] *= 2 }
  model.weights.didChange()
  return model
}

@Test func logitsAndGradientsAreThoseOfPyTorch() throws {
  let figures = try SequenceFiguresFile.named("sequences")
  try figures.expect(SequenceConfiguration()) { try $0.cell = #require($1.cell) }
}

/// Another token t of the target leaves what is written up to there as it was, bit by bit, and changes what
/// is written after it.
@Test(arguments: [RecurrentCell.lstm, .gru, .rnn], [1, 3])
func nothingIsReadBeforeItIsWritten(cell: RecurrentCell, layers: Int) {
  let model = model(cell, decoderLayers: layers)
  let target: [Int32] = [3, 5, 2, 8, 4, 4, 7]
  var pairs = EncodedPairs()
  pairs.append([2, 4, 6], target)
  let before = logits(model, pairs, [0])[0] ?? []
  for place in target.indices {
    var other = target
    other[place] = 6
    var changed = EncodedPairs()
    changed.append([2, 4, 6], other)
    let after = logits(model, changed, [0])[0] ?? []
    #expect(bits(Array(before[...place])) == bits(Array(after[...place])), "\(place)")
    for step in place + 1..<target.count + 1 { #expect(before[step] != after[step]) }
  }
}

/// Neither the other pairs of a batch nor the threads change a bit of one pair's output.
@Test(arguments: [RecurrentCell.lstm, .gru], [true, false])
func pairsAreTheSameAloneAndInABatch(cell: RecurrentCell, isBidirectional: Bool) {
  let model = model(cell, encoderLayers: 2, isBidirectional: isBidirectional)
  let pairs = raggedPairs(37)
  let all = logits(model, pairs, Array(0..<pairs.count))
  let three = logits(model, pairs, Array((0..<pairs.count).reversed()), threads: 3)
  for index in 0..<pairs.count {
    let alone = bits(logits(model, pairs, [index])[index])
    #expect(!alone.isEmpty && alone == bits(all[index]) && alone == bits(three[index]))
  }
}

/// Token by token gives the same as the whole target at once.
@Test(arguments: [RecurrentCell.lstm, .gru, .rnn]) func stepsAreThoseOfTheWholeTarget(cell: RecurrentCell) {
  let model = model(cell)
  let pairs = raggedPairs(11)
  let whole = logits(model, pairs, Array(0..<pairs.count))
  for index in 0..<pairs.count {
    #expect(bits(stepByStep(model, pairs, index)) == bits(whole[index]))
  }
}

/// The results of greedy search and beams, against all sequences of up to three tokens.
@Test func searchesFindTheLikeliest() { expectLikeliest(of: model()) }
