import DiscernCorpus
import DiscernTensor
import DiscernVocabulary

// Notation: N pairs, S decoder inputs in all.

/// Some pairs, packed on both sides: sources by their lengths, targets by theirs.
///
/// The decoder reads the target shifted by one: its input begins with the boundary mark, its output ends with
/// it. That mark is the padding id, which occurs in no text and which packed sequences do not need.
package struct PairBatch: Sendable {
  /// The id that is read before a sequence's first token, and written after its last.
  package static let boundary = Vocabulary.paddingID

  package let source: PackedBatch
  /// The decoder's inputs.
  package let target: PackedBatch
  /// [S] the token to write after each of these inputs.
  package let labels: [Int32]
  /// [N] the sequence of each target's source.
  package let sourceOfTarget: [Int]

  package init(_ pairs: EncodedPairs, indices: [Int]) {
    self.init(pairs, indices: indices, reading: indices.map { [Self.boundary] + pairs.targets[$0] })
  }

  /// The same, with decoder inputs that differ from the targets.
  ///
  /// - Parameter inputs: for each of the indices, as many tokens as there are to write.
  package init(_ pairs: EncodedPairs, indices: [Int], reading inputs: [[Int32]]) {
    var (sources, read, written) = (EncodedTexts(), EncodedTexts(), [[Int32]]())
    for (place, index) in indices.enumerated() {
      sources.append(pairs.sources[index])
      read.append(inputs[place])
      written.append(Array(pairs.targets[index]) + [Self.boundary])
      precondition(inputs[place].count == written[place].count, "a token read for each one written")
    }
    source = PackedBatch(sources, indices: Array(indices.indices))
    target = PackedBatch(read, indices: Array(indices.indices))
    var places = [Int](repeating: 0, count: indices.count)
    for (sequence, index) in source.indices.enumerated() { places[index] = sequence }
    sourceOfTarget = target.indices.map { places[$0] }
    let layout = target.layout
    var labels: [Int32] = []
    labels.reserveCapacity(layout.tokenCount)
    for step in 0..<layout.stepCount {
      for sequence in 0..<layout.batchSizes[step] { labels.append(written[target.indices[sequence]][step]) }
    }
    self.labels = labels
  }

  /// The number of tokens of both sides.
  package var tokenCount: Int { source.tokenCount + target.tokenCount }
}
