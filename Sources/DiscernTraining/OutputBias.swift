import DiscernCorpus
import DiscernSystem

/// The initial biases of heads: those of a model that knows only how frequent each label is and nothing of
/// the texts. Otherwise the first epochs only learn that most labels are rare, for which a few updates with
/// many labels are not enough.
package enum OutputBias {
  /// By head, [C]; nil where no text counts.
  ///
  /// - Parameters:
  ///   - tallies: by head, of the training texts.
  ///   - classWeights: by head; nil: all 1.
  ///   - smoothing: ε of the loss, which changes its best constant answer.
  package static func biases(
    _ tallies: [LabelTally], classWeights: [[Float]?], smoothing: Float
  ) -> [[Float]?] {
    zip(tallies, classWeights).map { labels, classWeights in
      let total = labels.knownWeight
      guard total > 0 else { return nil }
      let smoothing = Double(smoothing)
      return labels.weights.enumerated().map { label, sum in
        let weight = max(Double(classWeights?[label] ?? 1), 1e-6)
        // Half a text more on either side: a label may have none, or all.
        let share = (sum + 0.5) / (total + 1)
        if !labels.isMultiLabel {
          return Float(log(weight * (smoothing / Double(labels.counts.count) + (1 - smoothing) * share)))
        }
        let target = smoothing / 2 + (1 - smoothing) * share
        return Float(log(weight * target / (1 - target)))
      }
    }
  }
}
