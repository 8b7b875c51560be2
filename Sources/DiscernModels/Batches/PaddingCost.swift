import DiscernCorpus

/// The hypothetical cost of padding: the share of cells in padded batches that would hold no token.
public struct PaddingCost: Sendable, Hashable, Codable {
  /// For batches of randomly chosen texts.
  public let shuffled: Double
  /// For these batches.
  public let bucketed: Double

  /// For examples without a length.
  package static let none = PaddingCost()

  private init() {
    shuffled = 0
    bucketed = 0
  }

  package init(lengths: [Int], buckets: LengthBuckets, epoch: Int = 0) {
    func share(_ buckets: LengthBuckets) -> Double {
      var sum = Sum()
      for batch in buckets.batches(lengths: lengths, epoch: epoch) { sum.add(batch.map { lengths[$0] }) }
      return sum.share
    }
    bucketed = share(buckets)
    shuffled = share(buckets.plain)
  }

  /// For a corpus in blocks.
  package init(
    _ blocks: TextBlocks, buckets: LengthBuckets, lengths: (Int) throws(ShardError) -> [Int]
  ) throws(ShardError) {
    var (bucketed, shuffled) = (Sum(), Sum())
    for (number, part) in buckets.parts(blocks, epoch: 0).enumerated() {
      var all: [Int] = []
      for block in part { all += try lengths(block) }
      for batch in buckets.batches(lengths: all, epoch: 0, part: number) {
        bucketed.add(batch.map { all[$0] })
      }
      for batch in buckets.plain.batches(lengths: all, epoch: 0, part: number) {
        shuffled.add(batch.map { all[$0] })
      }
    }
    self.bucketed = bucketed.share
    self.shuffled = shuffled.share
  }

  private struct Sum {
    private var cells = 0
    private var tokens = 0

    mutating func add(_ lengths: [Int]) {
      cells += lengths.count * (lengths.max() ?? 0)
      tokens += lengths.reduce(0, +)
    }

    var share: Double { cells == 0 ? 0 : 1 - Double(tokens) / Double(cells) }
  }
}

extension LengthBuckets {
  /// The same buckets without ordering by length.
  fileprivate var plain: LengthBuckets {
    LengthBuckets(batchSize: batchSize, window: 1, seed: seed, readTokens: readTokens)
  }
}
