/// How it is found out which words a label was given for.
public enum ExplanationMethod: String, Sendable, Hashable, Codable, CaseIterable {
  /// A network's part by integrated gradients (Sundararajan et al. 2017) from zero vectors to the words' own,
  /// the part of n-grams exactly: with `Explanation.base` the scores come to the logit.
  case gradients
  /// By how much the logit falls when a word is taken out of the text: exact, and a classification a word.
  case occlusion
  /// Where the network's pooling looked. This is no reason: a word that weighs much may speak for another
  /// label, or for none.
  case attention
}
