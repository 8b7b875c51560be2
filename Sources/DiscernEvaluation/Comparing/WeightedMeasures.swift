/// The figures of an evaluation in which each example counts a whole number of times, as in a resample;
/// values that do not depend on these numbers are computed once.
///
/// With each example counted once, they are those of the report. Cost of `values`: O(n), and O(n·C) for the
/// rankings and for the calibration of multi-label tasks.
package struct WeightedMeasures: Sendable {
  /// n.
  package let exampleCount: Int
  /// The measures of `values`, in its order.
  package let measures: [Measure]
  private let task: Task

  private enum Task {
    case classes(WeightedClasses)
    case labels(WeightedLabels)
  }

  /// The maximum number of scores, examples times classes, for which rankings are resampled: more would be
  /// slow.
  static let rankedScores = 2_000_000

  /// - Parameters:
  ///   - thresholds: [C] of a multi-label task; nil: 0.5 for each.
  ///   - ranks: whether to compute ROC AUC and average precision; nil: unless there are many scores.
  package init(_ predictions: TaskPredictions, thresholds: [Float]?, ranks: Bool? = nil) {
    switch predictions {
    case .singleLabel(let predictions):
      exampleCount = predictions.exampleCount
      let isRanked = ranks ?? (predictions.probabilities.count <= Self.rankedScores)
      measures = Measure.ofClasses
      task = .classes(WeightedClasses(predictions, isRanked: isRanked))
    case .multiLabel(let predictions):
      exampleCount = predictions.exampleCount
      let isRanked = ranks ?? (predictions.probabilities.count <= Self.rankedScores)
      measures = Measure.ofLabels
      task = .labels(WeightedLabels(predictions, thresholds: thresholds, isRanked: isRanked))
    }
  }

  /// [measures] the figures; nil if one is undefined, such as a ranking without a positive example.
  ///
  /// - Parameter weights: [n] how often each example counts; not all 0.
  package func values(_ weights: [Int32]) -> [Double?] {
    precondition(weights.count == exampleCount, "a weight for each example")
    return switch task {
    case .classes(let classes): classes.values(weights)
    case .labels(let labels): labels.values(weights)
    }
  }

  /// [measures] the figures with each example counted once.
  package var values: [Double?] { values([Int32](repeating: 1, count: exampleCount)) }
}
