import DiscernCorpus
import Foundation

/// The biases that heads begin with: those of a model that knows how frequent each label is and nothing of
/// the texts. Otherwise the first epochs go by with learning that most labels are rare, which few updates of
/// many labels do not finish.
package enum OutputBias {
  /// By head, [C]; nil where no text counts.
  ///
  /// - Parameters:
  ///   - targets: by head.
  ///   - weights: [texts]; nil: all 1.
  ///   - classWeights: by head; nil: all 1.
  ///   - smoothing: ε of the loss, which moves its best constant answer.
  package static func biases(
    labelCounts: [Int], _ targets: [TaskLabels], weights: [Float]?, classWeights: [[Float]?], smoothing: Float
  ) -> [[Float]?] {
    zip(zip(labelCounts, targets), classWeights).map { task, classWeights in
      let (count, labels) = task
      var sums = [Double](repeating: 0, count: count)
      var total = 0.0
      for text in labels.known {
        let weight = Double(weights?[text] ?? 1)
        total += weight
        for id in labels.ids(text) ?? [] { sums[Int(id)] += weight }
      }
      guard total > 0 else { return nil }
      let smoothing = Double(smoothing)
      return sums.enumerated().map { label, sum in
        let weight = max(Double(classWeights?[label] ?? 1), 1e-6)
        // Half a text more on either side: a label may have none, or all.
        let share = (sum + 0.5) / (total + 1)
        if labels.sets == nil {
          return Float(log(weight * (smoothing / Double(count) + (1 - smoothing) * share)))
        }
        let target = smoothing / 2 + (1 - smoothing) * share
        return Float(log(weight * target / (1 - target)))
      }
    }
  }
}
