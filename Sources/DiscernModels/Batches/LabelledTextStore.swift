import DiscernCorpus

/// Labelled training texts as ids, wherever they are stored: in memory, or in shards on disk.
package protocol LabelledTextStore: Sendable {
  /// The blocks of consecutive texts.
  var blocks: TextBlocks { get }
  /// By head: the tally of the texts' labels.
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
