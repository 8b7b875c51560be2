import DiscernCorpus

/// Labelled texts as ids to learn from, wherever they are: in memory, or in shards on a disk.
package protocol LabelledTextStore: Sendable {
  /// How they lie one behind the other.
  var blocks: TextBlocks { get }
  /// By head: what the texts' labels come to.
  var tallies: [LabelTally] { get }

  /// The lengths of a block's texts.
  func lengths(ofBlock block: Int) throws(ShardError) -> [Int]
  /// Some of the texts, packed, with their labels in the same order.
  func batch(of texts: [Int]) throws(ShardError) -> LabelledBatch
  /// [V] how often each word occurs.
  func wordCounts(vocabularySize: Int) -> [Int]
}

extension LabelledTextStore {
  package var textCount: Int { blocks.textCount }
  package var tokenCount: Int { blocks.tokenCount }
}
