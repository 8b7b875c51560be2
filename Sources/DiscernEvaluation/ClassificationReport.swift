/// The evaluation of a classifier's probabilities on labelled data.
///
/// All figures equal those of the named functions of scikit-learn (version 1.9); `Double?` is nil if a figure
/// is undefined, and is `null` in JSON. NaN never occurs.
public struct ClassificationReport: Sendable, Equatable {
  /// The figures of one class against all others.
  public struct PerClass: Sendable, Equatable {
    /// The class's label.
    public let label: String
    /// Precision, recall, F1 and counts.
    public let metrics: ClassMetrics
    /// Areas under the curves over all thresholds.
    public let ranking: RankingMetrics
  }

  /// The share of examples whose true class is among the `k` most probable.
  public struct TopAccuracy: Sendable, Equatable, Codable {
    /// The number of most probable classes.
    public let k: Int
    /// The share, 0...1.
    public let accuracy: Double
  }

  /// The figures that calibration changes, from the probabilities before calibration.
  public struct Uncalibrated: Sendable, Equatable, Codable {
    /// The divisor of the model's logits.
    public let temperature: Double
    /// `log_loss`, in nats.
    public let logLoss: Double
    /// `brier_score_loss`.
    public let brierScore: Double
    /// The agreement of confidence with accuracy.
    public let calibration: CalibrationCurve

    /// Measures probabilities computed without the temperature.
    public init(_ predictions: ProbabilisticPredictions, temperature: Double) {
      self.temperature = temperature
      logLoss = predictions.logLoss
      brierScore = predictions.brierScore
      calibration = predictions.calibration()
    }
  }

  /// The number of examples, n ≥ 1.
  public let exampleCount: Int
  /// The figures of each class, [C], in the order of the labels.
  public let classes: [PerClass]
  /// Counts [C, C], rows true classes, columns predicted ones.
  public let confusionMatrix: ConfusionMatrix
  /// `log_loss`, in nats.
  public let logLoss: Double
  /// `brier_score_loss`.
  public let brierScore: Double
  /// Top-k accuracies for those k among 2, 3, 5 and 10 that are smaller than C.
  public let topAccuracies: [TopAccuracy]
  /// Confidence against accuracy in 15 bins, and the expected calibration error.
  public let calibration: CalibrationCurve
  /// Figures without the model's temperature; nil for a model that is not calibrated.
  public let uncalibrated: Uncalibrated?

  /// Evaluates probabilities, row-major [n, C], against true labels, [n], where C is the number of
  /// `labelNames`. The prediction is the class with the largest probability, the first if there are several.
  ///
  /// Throws the errors of `ProbabilisticPredictions`, such as for empty data.
  /// Cost: O(C·n log n) for the rankings, O(n·C + C²) for the rest.
  public static func evaluate(
    probabilities: [Float], labels: [Int32], labelNames: [String]
  ) throws(EvaluationError) -> ClassificationReport {
    ClassificationReport(
      try ProbabilisticPredictions(
        probabilities: probabilities, classCount: labelNames.count, labels: labels),
      labelNames: labelNames)
  }

  /// The same from probabilities in double precision.
  public static func evaluate(
    probabilities: [Double], labels: [Int32], labelNames: [String]
  ) throws(EvaluationError) -> ClassificationReport {
    ClassificationReport(
      try ProbabilisticPredictions(
        probabilities: probabilities, classCount: labelNames.count, labels: labels),
      labelNames: labelNames)
  }

  /// A report on checked predictions, with a name for each of their classes.
  public init(
    _ predictions: ProbabilisticPredictions, labelNames: [String], uncalibrated: Uncalibrated? = nil
  ) {
    precondition(
      labelNames.count == predictions.classCount,
      "expected \(predictions.classCount) label names, got \(labelNames.count)")
    exampleCount = predictions.exampleCount
    confusionMatrix = predictions.confusionMatrix
    let metrics = confusionMatrix.classMetrics
    classes = labelNames.indices.map {
      PerClass(
        label: labelNames[$0], metrics: metrics[$0], ranking: predictions.ranking(ofClass: $0))
    }
    logLoss = predictions.logLoss
    brierScore = predictions.brierScore
    topAccuracies = [2, 3, 5, 10].filter { $0 < labelNames.count }
      .map { TopAccuracy(k: $0, accuracy: predictions.topAccuracy($0)) }
    calibration = predictions.calibration()
    self.uncalibrated = uncalibrated
  }
}

extension ClassificationReport {
  /// `accuracy_score`.
  public var accuracy: Double { confusionMatrix.accuracy }
  /// The unweighted average over the classes that occur in the data or the predictions.
  public var macroAverage: AveragedMetrics { confusionMatrix.macroAverage }
  /// The unweighted average over all labels; those that never occur count as 0.
  public var macroAverageOfAllClasses: AveragedMetrics { confusionMatrix.macroAverageOfAllClasses }
  /// The average weighted by support.
  public var weightedAverage: AveragedMetrics { confusionMatrix.weightedAverage }
  /// The average over all decisions together.
  public var microAverage: AveragedMetrics { confusionMatrix.microAverage }
  /// `balanced_accuracy_score`.
  public var balancedAccuracy: Double { confusionMatrix.balancedAccuracy }
  /// `matthews_corrcoef`.
  public var matthewsCorrelation: Double { confusionMatrix.matthewsCorrelation }

  /// The area under the ROC curve of the second of two classes; with more classes, `macroROCAUC`.
  public var rocAUC: Double? {
    classes.count == 2 ? classes[1].ranking.rocAUC : macroROCAUC
  }

  /// The mean one-vs-rest area of all classes; nil if a class is absent or the only one, where
  /// `roc_auc_score(multi_class="ovr")` gives NaN.
  public var macroROCAUC: Double? { mean(\.rocAUC) { _ in 1 } }

  /// The same weighted by support, so that classes without examples do not count.
  public var weightedROCAUC: Double? { mean(\.rocAUC) { Double($0.support) } }

  /// The average precision of the second of two classes; with more classes, `macroAveragePrecision`.
  public var averagePrecision: Double? {
    classes.count == 2 ? classes[1].ranking.averagePrecision : macroAveragePrecision
  }

  /// The mean one-vs-rest average precision; nil if a class has no example, which scikit-learn counts as 0.
  public var macroAveragePrecision: Double? { mean(\.averagePrecision) { _ in 1 } }

  private func mean(
    _ figure: (RankingMetrics) -> Double?, weight: (ClassMetrics) -> Double
  ) -> Double? {
    var sum = 0.0
    var weights = 0.0
    for one in classes {
      let share = weight(one.metrics)
      guard share > 0 else { continue }
      guard let value = figure(one.ranking) else { return nil }
      sum += share * value
      weights += share
    }
    return weights > 0 ? sum / weights : nil
  }
}
