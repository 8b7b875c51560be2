import DiscernCorpus
import DiscernSystem

/// The initial biases of heads: the best constant prediction, from the labels' frequencies alone. Otherwise
/// the first epochs would only learn that most labels are rare; with many labels, a few updates are not
/// enough even for that.
package enum OutputBias {
  /// The biases by head, [C]; nil for a head without labelled texts.
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
        // Half a text more with and without the label, since none or all may have it.
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
