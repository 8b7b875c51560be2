import DiscernCorpus
import DiscernTensor

extension PackedBatch {
  /// Sequences of one token each, in their order.
  init(singleTokens tokens: [Int32]) {
    var texts = EncodedTexts()
    for token in tokens { texts.append(CollectionOfOne(token)) }
    self.init(texts, indices: Array(tokens.indices))
  }
}
