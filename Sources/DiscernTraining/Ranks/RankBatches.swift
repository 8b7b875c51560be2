/// The numbers of an epoch's batches that a rank processes: its places in each step.
package struct RankBatches: RandomAccessCollection, Sendable {
  private let batches: Range<Int>
  private let stepSize: Int
  private let places: Range<Int>

  /// - Parameters:
  ///   - batches: those of all ranks; the first one begins a step.
  ///   - stepSize: the number of batches in a step; the last step may have fewer.
  package init(_ batches: Range<Int>, stepSize: Int, rank: Int, of count: Int) {
    self.batches = batches
    self.stepSize = stepSize
    places = StepTree.leaves(ofRank: rank, of: count, leafCount: stepSize)
  }

  /// The number of this rank's batches in a step of `count` batches.
  package func count(inStepOf count: Int) -> Int { places.clamped(to: 0..<count).count }

  package var startIndex: Int { 0 }
  package var endIndex: Int {
    batches.count / stepSize * places.count + count(inStepOf: batches.count % stepSize)
  }

  package subscript(index: Int) -> Int {
    batches.lowerBound + index / places.count * stepSize + places.lowerBound + index % places.count
  }
}
