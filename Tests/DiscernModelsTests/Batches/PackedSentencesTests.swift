import DiscernCorpus
import DiscernModels
import DiscernTensor
import TestSupport
import Testing

@Test func packingOfSentencesOfAnExample() throws {
  var texts = EncodedTexts()
  for ids in [[5, 6], [7, 8, 9, 7, 4]] as [[Int32]] { texts.append(ids) }
  var sentences = TextSentences()
  for starts in [[0, 1], [0, 3, 4]] { sentences.append(starts) }
  texts.sentences = sentences
  let batch = PackedBatch(texts, indices: [0, 1])
  let packed = try #require(batch.sentences)
  // Text 1 is first; its sentences are 7 8 9, 7 and 4, those of the other one 5 and 6.
  #expect(packed.count == 5)
  #expect(packed.words == PackedLayout(lengths: [3, 1, 1, 1, 1]))
  #expect(packed.tokenRows.rowOfToken.map { batch.distinctIDs[Int($0)] } == [7, 7, 4, 5, 6, 8, 9])
  #expect(packed.tokens.rowOfToken == [0, 5, 6, 1, 3, 2, 4])
  #expect(packed.texts == PackedLayout(lengths: [3, 2]))
  // Step by step: the first sentences, the second ones, the third.
  #expect(packed.sentences.rowOfToken == [0, 3, 1, 4, 2])
  #expect(packed.places.rowOfToken == [0, 1])
  #expect(PackedBatch(randomTexts(3, longest: 4, seed: 1), indices: [0, 1]).sentences == nil)
}

@Test func packedSentencesHoldTheirTextsTokens() throws {
  for trial in 0..<60 as Range<UInt64> {
    let texts = dividedTexts(30, longest: 25, seed: trial)
    var generator = SeededGenerator(seed: trial)
    let batch = PackedBatch(texts, indices: Array((0..<30).shuffled(using: &generator).prefix(12)))
    let packed = try #require(batch.sentences)
    let all = try #require(texts.sentences)
    for (n, index) in batch.indices.enumerated() {
      let place = Int(packed.places.rowOfToken[n])
      var found: [[Int32]] = []
      for sentence in 0..<packed.texts.lengths[place] {
        let sequence = Int(packed.sentences.rowOfToken[packed.texts.offsets[sentence] + place])
        found.append(
          (0..<packed.words.lengths[sequence]).map { step in
            let row = packed.words.offsets[step] + sequence
            // Both ways to the word are the same.
            let word = packed.tokenRows.rowOfToken[row]
            #expect(batch.tokenRows.rowOfToken[Int(packed.tokens.rowOfToken[row])] == word)
            return batch.distinctIDs[Int(word)]
          })
      }
      #expect(found.flatMap { $0 } == Array(texts[index]))
      #expect(
        found.map(\.count).reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }.dropLast()
          .elementsEqual(all[index].map { Int($0) }))
    }
  }
}

/// For texts of one sentence each all orders are the batch's own.
@Test func loneSentencesLieAsTheirTexts() throws {
  var texts = randomTexts(20, longest: 9, seed: 3)
  var sentences = TextSentences()
  for _ in 0..<20 { sentences.append([0]) }
  texts.sentences = sentences
  let batch = PackedBatch(texts, indices: Array(0..<20))
  let packed = try #require(batch.sentences)
  #expect(packed.words == batch.layout)
  #expect(packed.tokens.rowOfToken == Array(0..<Int32(batch.tokenCount)))
  #expect(packed.tokenRows.rowOfToken == batch.tokenRows.rowOfToken)
  #expect(packed.sentences.rowOfToken == Array(0..<20) && packed.places.rowOfToken == Array(0..<20))
}
