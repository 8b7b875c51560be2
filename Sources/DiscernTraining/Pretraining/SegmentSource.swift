import DiscernCorpus
import DiscernModels

/// Segments of texts for a language model, for each of its directions.
package struct SegmentBatch: Sendable {
  /// Forward, and backward if there are two.
  package let directions: [TextSegment]
  /// Whether the texts continue where the previous batch ended.
  package let continues: Bool
}

/// Texts of similar length side by side, a segment of each at a time: a group's batches follow one another,
/// so that states are carried from one to the next. Every text begins with zero states, as in a classifier.
/// Texts that have ended are left out of a group's later batches; since the longest come first, those that
/// continue keep their places.
package struct SegmentSource: BatchSource {
  package let texts: EncodedTexts
  private let segmentLength: Int
  private let directionCount: Int
  private let lengths: [Int]
  private let buckets: LengthBuckets
  /// [texts + 1] the number of each text's first segment; examples are segments.
  private let starts: [Int]

  /// - Parameters:
  ///   - texts: each of at least one token.
  ///   - sequenceCount: the number of texts side by side.
  package init(
    _ texts: EncodedTexts, sequenceCount: Int, segmentLength: Int, directionCount: Int, seed: UInt64
  ) {
    self.texts = texts
    self.segmentLength = segmentLength
    self.directionCount = directionCount
    lengths = (0..<texts.count).map(texts.length)
    buckets = LengthBuckets(batchSize: .texts(sequenceCount), seed: seed)
    var starts = [0]
    for length in lengths { starts.append(starts[starts.count - 1] + (length - 1) / segmentLength + 1) }
    self.starts = starts
  }

  package var exampleCount: Int { starts[starts.count - 1] }
  package var tokenCount: Int { texts.tokenIDs.count }
  package func tokenCount(of batch: SegmentBatch) -> Int { batch.directions[0].packed.tokenCount }
  package func padding() -> PaddingCost { PaddingCost(lengths: lengths, buckets: buckets) }

  package func plan(epoch: Int) -> EpochPlan { EpochPlan(batches(epoch: epoch)) }

  private func batches(epoch: Int) -> [[Int]] {
    buckets.batches(lengths: lengths, epoch: epoch).flatMap { group in
      let longestFirst = group.enumerated().sorted { a, b in
        let (la, lb) = (lengths[a.element], lengths[b.element])
        return la != lb ? la > lb : a.offset < b.offset
      }.map(\.element)
      return (0..<segmentCount(longestFirst[0])).map { segment in
        longestFirst.filter { segment < segmentCount($0) }.map { starts[$0] + segment }
      }
    }
  }

  private func segmentCount(_ text: Int) -> Int { starts[text + 1] - starts[text] }

  package func batch(of examples: [Int]) -> SegmentBatch {
    let places = examples.map(place)
    let segment = places[0].segment
    precondition(places.allSatisfy { $0.segment == segment }, "segments of one number")
    let group = places.map { texts[$0.text] }
    let tokens = segment * segmentLength..<(segment + 1) * segmentLength
    return SegmentBatch(
      directions: (0..<directionCount).map { TextSegment(group, tokens: tokens, isReverse: $0 == 1) },
      continues: segment > 0)
  }

  /// The text of a segment, and the segment's number in it.
  private func place(_ example: Int) -> (text: Int, segment: Int) {
    var (low, high) = (0, texts.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= example { low = middle } else { high = middle - 1 }
    }
    return (low, example - starts[low])
  }
}
