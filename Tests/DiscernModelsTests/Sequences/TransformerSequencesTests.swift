import DiscernCorpus
import DiscernModels
import DiscernTensor
import Foundation
import Testing

private func model(
  heads: Int = 2, size: Int = 8, encoderLayers: Int = 2, decoderLayers: Int = 2
) -> EncoderDecoder {
  var configuration = SequenceConfiguration(.transformer)
  (configuration.sourceVocabularySize, configuration.targetVocabularySize) = (9, 9)
  (configuration.embeddingSize, configuration.hiddenSize) = (6, size)
  (configuration.encoderLayers, configuration.decoderLayers) = (encoderLayers, decoderLayers)
  configuration.attentionHeads = heads
  let model = EncoderDecoder(configuration, seed: 5)
  // Larger than initial weights, so that everything has an effect.
  for index in 0..<model.weights.dense.count { model.weights.dense.pointer[index] *= 2 }
  model.weights.didChange()
  return model
}

@Test func logitsAndGradientsOfATransformerAreThoseOfPyTorch() throws {
  let figures = try SequenceFiguresFile.named("sequence-transformer")
  #expect(figures.cases.count == 2)
  try figures.expect(SequenceConfiguration(.transformer)) { try $0.attentionHeads = #require($1.heads) }
}

/// Another token t of the target leaves what is written up to there as it was, bit by bit, and changes all
/// that is written after it.
@Test(arguments: [1, 3]) func aTransformerReadsNothingBeforeItIsWritten(layers: Int) {
  let model = model(decoderLayers: layers)
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

/// Neither the other pairs of a batch, which are longer and shorter, nor the threads change a bit of what is
/// written of one.
@Test(arguments: [1, 4]) func pairsOfATransformerAreTheSameAloneAndInABatch(heads: Int) {
  let model = model(heads: heads)
  let pairs = raggedPairs(37)
  let all = logits(model, pairs, Array(0..<pairs.count))
  let three = logits(model, pairs, Array((0..<pairs.count).reversed()), threads: 3)
  for index in 0..<pairs.count {
    let alone = bits(logits(model, pairs, [index])[index])
    #expect(!alone.isEmpty && alone == bits(all[index]) && alone == bits(three[index]))
  }
}

/// Token by token, with the keys and values of those before, the same is written as of the whole target at
/// once: every bit.
@Test(arguments: [(1, 8), (3, 21), (4, 64)]) func stepsOfATransformerAreThoseOfTheWholeTarget(
  heads: Int, size: Int
) {
  let model = model(heads: heads, size: size)
  var pairs = raggedPairs(11)
  // More tokens than rows of scores are computed together.
  pairs.append([3, 4, 5, 6], (0..<150).map { Int32(2 + $0 * $0 % 7) })
  let whole = logits(model, pairs, Array(0..<pairs.count))
  for index in 0..<pairs.count {
    #expect(bits(stepByStep(model, pairs, index)) == bits(whole[index]))
  }
}

@Test func searchesOfATransformerFindTheLikeliest() { expectLikeliest(of: model()) }

@Test func oneShapeOfATransformerThatCannotBeIsNamed() {
  var configuration = SequenceConfiguration(.transformer)
  (configuration.sourceVocabularySize, configuration.targetVocabularySize) = (2, 2)
  for (heads, isPossible) in [(4, true), (0, false), (3, false), (128, true), (-4, false)] {
    configuration.attentionHeads = heads
    do {
      try configuration.validate()
      #expect(isPossible, "\(heads)")
    } catch {
      #expect(!isPossible && "\(error)".contains("attention-heads is \(heads)"), "\(error)")
    }
  }
}

/// A configuration without the keys of later versions is a recurrent one, and each form has its own.
@Test func configurationsOfSequencesAreReadAsTheyWereWritten() throws {
  for form in SequenceForm.allCases {
    var configuration = SequenceConfiguration(form)
    (configuration.sourceVocabularySize, configuration.targetVocabularySize) = (20, 30)
    if form == .transformer { configuration.attentionHeads = 8 } else { configuration.cell = .gru }
    let data = try JSONEncoder().encode(configuration)
    let text = String(decoding: data, as: UTF8.self)
    #expect(text.contains("attentionHeads") == (form == .transformer) && !text.contains("null"))
    #expect(try JSONDecoder().decode(SequenceConfiguration.self, from: data) == configuration)
  }
}
