import DiscernCorpus
import DiscernModels

/// Labelled texts in memory, with the totals of their labels.
package struct TextsInMemory: LabelledTextStore {
  package let data: LabelledTexts
  package let blocks: TextBlocks
  package let tallies: [LabelTally]

  /// - Parameter labelCounts: by head.
  package init(_ data: LabelledTexts, labelCounts: [Int]) {
    self.data = data
    blocks = TextBlocks(lengths: (0..<data.texts.count).lazy.map(data.texts.length))
    tallies = zip(data.targets, labelCounts).map {
      LabelTally($0, labelCount: $1, weights: data.weights)
    }
  }

  package func lengths(ofBlock block: Int) -> [Int] { blocks.texts(block).map(data.texts.length) }
  package func batch(of texts: [Int]) -> LabelledBatch { data.batch(of: texts) }
  package func wordCounts(vocabularySize: Int) -> [Int] { data.wordCounts(vocabularySize: vocabularySize) }
}
