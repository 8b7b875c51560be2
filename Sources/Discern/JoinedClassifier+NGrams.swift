import DiscernModels
import DiscernVocabulary

extension JoinedClassifier {
  /// The maximum number of n-grams in a text's details.
  private static let toldCount = 10

  /// All n-grams of a text that change a label's logit, strongest first, weighted as in a joined model. Empty
  /// for networks alone.
  func ngramContributions(
    of rows: NGramRows, _ row: Int, head: Int, label: Int
  ) -> [(feature: Int, value: Float)] {
    guard let ngrams else { return [] }
    let factor = mixing?[head].ngrams ?? 1
    var told: [(feature: Int, value: Float)] = []
    for (feature, value) in ngrams.contributions(of: rows, row: row, head: head, label: label)
    where factor * value != 0 {
      told.append((feature, factor * value))
    }
    told.sort { (a, b) -> Bool in
      let (own, other) = (abs(a.value), abs(b.value))
      return own != other ? own > other : a.feature < b.feature
    }
    return told
  }

  /// The strongest of these, at most ten.
  func strongestNGrams(
    of rows: NGramRows, _ row: Int, head: Int, label: Int
  ) -> [Classification.NGram] {
    guard let ngrams else { return [] }
    return ngramContributions(of: rows, row, head: head, label: label).prefix(Self.toldCount).map {
      feature, value in
      Classification.NGram(
        text: ngrams.vocabulary.name(feature),
        kind: ngrams.vocabulary.kind(feature) == .words ? .words : .letters, contribution: value)
    }
  }
}
