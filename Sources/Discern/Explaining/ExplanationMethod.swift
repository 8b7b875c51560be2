/// A method for finding the words for which a label was given.
public enum ExplanationMethod: String, Sendable, Hashable, Codable, CaseIterable {
  /// Integrated gradients (Sundararajan et al. 2017) from zero vectors to the words' vectors for a network,
  /// and exact contributions for n-grams: together with `Explanation.base`, the scores sum to the logit.
  case gradients
  /// How much the logit falls when a word is removed from the text: exact, but costs one classification for
  /// each word.
  case occlusion
  /// The network's attention weights. These are not reasons: a word with a large weight may favour another
  /// label, or none.
  case attention
}
