import DiscernCorpus
import DiscernModels
import TestSupport

/// Texts of 1 to `longest` tokens with ids below `vocabulary`, in sentences of 1 to 6 tokens; every fifth
/// text is one sentence.
func dividedTexts(_ count: Int, longest: Int, vocabulary: Int = 60, seed: UInt64) -> EncodedTexts {
  var texts = randomTexts(count, longest: longest, vocabulary: vocabulary, seed: seed)
  var generator = SeededGenerator(seed: seed &+ 1000)
  var sentences = TextSentences()
  for text in 0..<count {
    var starts = [0]
    while text % 5 != 4 {
      let next = starts[starts.count - 1] + Int.random(in: 1...6, using: &generator)
      if next >= texts.length(text) { break }
      starts.append(next)
    }
    sentences.append(starts)
  }
  texts.sentences = sentences
  return texts
}

extension ClassifierConfiguration {
  /// The same with that network for words, below a layer for sentences.
  func hierarchical(sentenceHidden: Int? = nil) -> ClassifierConfiguration {
    var result = self
    result.encoder = .hierarchical(
      HierarchicalConfiguration(words: network, sentenceHiddenSize: sentenceHidden))
    return result
  }
}
