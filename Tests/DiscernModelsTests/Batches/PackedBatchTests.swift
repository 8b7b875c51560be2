import DiscernCorpus
import DiscernModels
import DiscernTensor
import TestSupport
import Testing

private func texts(_ ids: [[Int32]]) -> EncodedTexts {
  var texts = EncodedTexts()
  for ids in ids { texts.append(ids) }
  return texts
}

@Test func packingOfAnExample() {
  let batch = PackedBatch(texts([[5], [7, 5, 7], [9, 9], [5, 3]]), indices: [0, 1, 2, 3])
  #expect(batch.indices == [1, 2, 3, 0])  // equal lengths keep their order
  #expect(batch.textCount == 4)
  #expect(batch.tokenCount == 8)
  #expect(batch.layout == PackedLayout(lengths: [3, 2, 2, 1]))
  // Step 0: 7 9 5 5, step 1: 5 9 3, step 2: 7.
  #expect(batch.distinctIDs == [7, 9, 5, 3])
  #expect(batch.tokenRows.rowOfToken == [0, 1, 2, 2, 2, 1, 3, 0])
  #expect(batch.padded().ids == [7, 5, 7, 9, 9, 0, 5, 3, 0, 5, 0, 0])
  #expect(batch.padded().lengths == [3, 2, 2, 1])
}

@Test func packedBatchesHoldTheirTextsTokens() {
  var generator = SeededGenerator(seed: 1)
  for trial in 0..<150 as Range<UInt64> {
    let texts = skewedTexts(40, longest: 25, vocabulary: trial.isMultiple(of: 2) ? 9 : 1000, seed: trial)
    let indices = Array(
      (0..<40).shuffled(using: &generator).prefix(Int.random(in: 1...40, using: &generator)))
    let batch = PackedBatch(texts, indices: indices)
    #expect(batch.indices.sorted() == indices.sorted())
    #expect(batch.layout.lengths == batch.indices.map(texts.length))
    #expect(zip(batch.layout.lengths, batch.layout.lengths.dropFirst()).allSatisfy { $0 >= $1 })

    // Row (t, n) is token t of text indices[n].
    for (n, index) in batch.indices.enumerated() {
      let ids = (0..<texts.length(index)).map { t in
        batch.distinctIDs[Int(batch.tokenRows.rowOfToken[batch.layout.offsets[t] + n])]
      }
      #expect(ids == Array(texts[index]))
    }

    // Every distinct word once, in the order of first appearance.
    let rows = batch.tokenRows
    #expect(Set(batch.distinctIDs).count == batch.distinctIDs.count)
    #expect(rows.rowCount == batch.distinctIDs.count)
    var next: Int32 = 0
    for row in rows.rowOfToken {
      #expect(row <= next)
      next = max(next, row + 1)
    }
    #expect(Int(next) == rows.rowCount)

    // The inverse map: each word's tokens, ascending.
    #expect(rows.tokenOffsets.count == rows.rowCount + 1)
    for row in 0..<rows.rowCount {
      let tokens = rows.tokens[rows.tokenOffsets[row]..<rows.tokenOffsets[row + 1]].map { Int($0) }
      #expect(tokens == rows.rowOfToken.indices.filter { rows.rowOfToken[$0] == Int32(row) })
    }
  }
}

@Test func unpaddingIsTheInverseOfPadding() {
  for seed in 0..<50 as Range<UInt64> {
    let texts = skewedTexts(20, longest: 15, seed: seed)
    let batch = PackedBatch(texts, indices: Array(0..<20))
    let padded = batch.padded()
    #expect(padded.ids.count == 20 * batch.layout.stepCount)
    let unpadded = EncodedTexts(unpadding: padded.ids, lengths: padded.lengths)
    #expect((0..<20).map { Array(unpadded[$0]) } == batch.indices.map { Array(texts[$0]) })
    // And padding is the inverse of unpadding.
    let again = PackedBatch(unpadded, indices: Array(0..<20)).padded()
    #expect(again.ids == padded.ids && again.lengths == padded.lengths)
  }
  #expect(EncodedTexts(unpadding: [], lengths: []).count == 0)
}

@Test func idsThatAreNoMatrixAreAProgrammersMistake() async {
  await #expect(processExitsWith: .failure) { _ = EncodedTexts(unpadding: [1, 2, 3], lengths: [1, 1]) }
  await #expect(processExitsWith: .failure) { _ = EncodedTexts(unpadding: [1, 2], lengths: [3]) }
}

@Test func anEmptyTextIsAProgrammersMistake() async {
  await #expect(processExitsWith: .failure) {
    var texts = EncodedTexts()
    texts.append([1])
    texts.append([])
    _ = PackedBatch(texts, indices: [0, 1])
  }
}
