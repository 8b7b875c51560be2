import DiscernTensor
import TestSupport
import Testing

@Test func layoutOfAnExample() {
  let layout = PackedLayout(lengths: [4, 2, 1])
  #expect(layout.batchSizes == [3, 2, 1, 1])
  #expect(layout.offsets == [0, 3, 5, 6, 7])
  #expect(layout.sequenceCount == 3)
  #expect(layout.stepCount == 4)
  #expect(layout.tokenCount == 7)
}

@Test func layoutsHoldEveryTokenOnce() {
  var generator = SeededGenerator(seed: 1)
  for _ in 0..<300 {
    let lengths = (0..<Int.random(in: 1...20, using: &generator))
      .map { _ in Int.random(in: 1...12, using: &generator) }.sorted(by: >)
    let layout = PackedLayout(lengths: lengths)
    #expect(layout.tokenCount == lengths.reduce(0, +))
    #expect(layout.stepCount == lengths[0])
    #expect(zip(layout.batchSizes, layout.batchSizes.dropFirst()).allSatisfy { $0 >= $1 })
    var rows: [Int] = []
    for t in 0..<layout.stepCount {
      #expect(layout.batchSizes[t] == lengths.filter { $0 > t }.count)
      for n in 0..<layout.batchSizes[t] { rows.append(layout.offsets[t] + n) }
    }
    #expect(rows == Array(0..<layout.tokenCount))
  }
}

@Test func tokenRowsGroupTokensByWord() {
  let rows = TokenRows(rowOfToken: [2, 0, 2, 1, 0], rowCount: 4)
  #expect(rows.rowCount == 4)
  #expect(rows.tokens == [1, 4, 3, 0, 2])
  #expect(rows.tokenOffsets == [0, 2, 3, 5, 5])
}

@Test func lengthsThatAscendAreAProgrammersMistake() async {
  await #expect(processExitsWith: .failure) { _ = PackedLayout(lengths: [2, 3]) }
}

@Test func anEmptySequenceIsAProgrammersMistake() async {
  await #expect(processExitsWith: .failure) { _ = PackedLayout(lengths: [2, 0]) }
}

@Test func noSequenceIsAProgrammersMistake() async {
  await #expect(processExitsWith: .failure) { _ = PackedLayout(lengths: []) }
}
