/// A task's probabilities with the true labels: one label per example, or any number.
public enum TaskPredictions: Sendable {
  /// One label per text.
  case singleLabel(ProbabilisticPredictions)
  /// Any number of labels per text.
  case multiLabel(MultiLabelPredictions)

  /// The mean cross-entropy, nats.
  public var logLoss: Double {
    switch self {
    case .singleLabel(let predictions): predictions.logLoss
    case .multiLabel(let predictions): predictions.logLoss
    }
  }

  /// Thresholds that raise an average of F1, if any do; nil for a single-label task.
  public func tunedThresholds(by average: MultiLabelAverage = .micro) -> ThresholdTuning? {
    guard case .multiLabel(let predictions) = self else { return nil }
    return ThresholdTuning(predictions, by: average)
  }

  /// The expected calibration error.
  public var calibrationError: Double {
    switch self {
    case .singleLabel(let predictions): predictions.calibration().expectedCalibrationError
    case .multiLabel(let predictions): predictions.calibration().expectedCalibrationError
    }
  }

  /// The probabilities of an example's labels, [C].
  public func probabilities(ofRow row: Int) -> [Float] {
    switch self {
    case .singleLabel(let predictions):
      let count = predictions.classCount
      return predictions.probabilities[row * count..<(row + 1) * count].map { Float($0) }
    case .multiLabel(let predictions):
      let count = predictions.labelCount
      return Array(predictions.probabilities[row * count..<(row + 1) * count])
    }
  }

  /// The predicted labels of each example.
  ///
  /// - Parameter thresholds: [C] of a multi-label task; nil: 0.5 for each.
  public func predictedLabels(thresholds: [Float]?) -> [[Int32]] {
    switch self {
    case .singleLabel(let predictions): return predictions.predictedLabels.map { [$0] }
    case .multiLabel(let predictions):
      let count = predictions.labelCount
      return (0..<predictions.exampleCount).map { row in
        (0..<count).filter {
          predictions.probabilities[row * count + $0] >= thresholds?[$0] ?? LabelThreshold.untuned
        }.map { Int32($0) }
      }
    }
  }

  /// The evaluation report of these predictions.
  ///
  /// - Parameters:
  ///   - labelNames: [C].
  ///   - thresholds: [C] of a multi-label task; nil: 0.5 for each.
  ///   - uncalibrated: the same predictions without the model's temperature.
  public func report(
    labelNames: [String], thresholds: [Float]?,
    uncalibrated: (predictions: TaskPredictions, temperature: Double)? = nil
  ) -> TaskReport {
    switch self {
    case .singleLabel(let predictions):
      var before: ClassificationReport.Uncalibrated?
      if case (.singleLabel(let plain), let temperature)? = uncalibrated {
        before = ClassificationReport.Uncalibrated(plain, temperature: temperature)
      }
      return .singleLabel(
        ClassificationReport(predictions, labelNames: labelNames, uncalibrated: before))
    case .multiLabel(let predictions):
      var before: MultiLabelReport.Uncalibrated?
      if case (.multiLabel(let plain), let temperature)? = uncalibrated {
        before = MultiLabelReport.Uncalibrated(plain, temperature: temperature)
      }
      return .multiLabel(
        MultiLabelReport(
          predictions, labelNames: labelNames,
          thresholds: thresholds
            ?? [Float](repeating: LabelThreshold.untuned, count: predictions.labelCount),
          uncalibrated: before))
    }
  }
}
