/// The evaluation of multi-label probabilities, and of the labels that are given at some thresholds.
///
/// All figures equal those of the named functions of scikit-learn (version 1.9), on indicator matrices and
/// with `zero_division=0`; `Double?` is nil if a figure is undefined.
public struct MultiLabelReport: Sendable, Equatable {
  /// The figures of one label.
  public struct PerLabel: Sendable, Equatable {
    /// The label's name.
    public let label: String
    /// The minimum probability at which the label is given.
    public let threshold: Float
    /// Precision, recall, F1 and counts at that threshold.
    public let metrics: ClassMetrics
    /// Areas under the curves over all thresholds.
    public let ranking: RankingMetrics
  }

  /// The figures that calibration changes, from the probabilities before calibration.
  public struct Uncalibrated: Sendable, Equatable, Encodable {
    /// The divisor of the model's logits.
    public let temperature: Double
    /// Binary cross-entropy, in nats.
    public let logLoss: Double
    /// The agreement of confidence with accuracy.
    public let calibration: CalibrationCurve

    /// Measures probabilities computed without the temperature.
    public init(_ predictions: MultiLabelPredictions, temperature: Double) {
      self.temperature = temperature
      logLoss = predictions.logLoss
      calibration = predictions.calibration()
    }
  }

  /// The number of examples, n ≥ 1.
  public let exampleCount: Int
  /// The figures of each label, [C], in the order of the labels.
  public let labels: [PerLabel]
  /// The share of examples whose labels are all right (`accuracy_score`).
  public let subsetAccuracy: Double
  /// The share of decisions that are wrong, over all examples and labels (`hamming_loss`).
  public let hammingLoss: Double
  /// The mean over examples and labels of the binary cross-entropy, nats.
  public let logLoss: Double
  /// The average over all decisions together (`average="micro"`).
  public let microAverage: AveragedMetrics
  /// The mean over examples of the figures of each one's own labels (`average="samples"`).
  public let sampleAverage: AveragedMetrics
  /// The confidence of all yes-or-no decisions against how often they are right, in 15 bins.
  public let calibration: CalibrationCurve
  /// Figures without the model's temperature; nil for a model that is not calibrated.
  public let uncalibrated: Uncalibrated?

  /// A report on checked predictions.
  ///
  /// - Parameters:
  ///   - labelNames: [C].
  ///   - thresholds: [C] the minimum probability at which each label is given.
  public init(
    _ predictions: MultiLabelPredictions, labelNames: [String], thresholds: [Float],
    uncalibrated: Uncalibrated? = nil
  ) {
    let (n, count) = (predictions.exampleCount, predictions.labelCount)
    precondition(
      labelNames.count == count && thresholds.count == count,
      "\(labelNames.count) names and \(thresholds.count) thresholds for \(count) labels")
    var tallies = [Tally](repeating: Tally(), count: count)
    var (exact, wrong) = (0, 0)
    var sums = (precision: 0.0, recall: 0.0, f1: 0.0)
    for row in 0..<n {
      var own = Tally()
      for label in 0..<count {
        let place = row * count + label
        let isGiven = predictions.probabilities[place] >= thresholds[label]
        own.add(isTrue: predictions.isTrue[place], isGiven: isGiven)
        tallies[label].add(isTrue: predictions.isTrue[place], isGiven: isGiven)
      }
      exact += own.wrong == 0 ? 1 : 0
      wrong += own.wrong
      sums.precision += own.metrics.precision
      sums.recall += own.metrics.recall
      sums.f1 += own.metrics.f1
    }
    exampleCount = n
    labels = labelNames.indices.map { label in
      let (scores, isTrue) = predictions.column(label)
      return PerLabel(
        label: labelNames[label], threshold: thresholds[label], metrics: tallies[label].metrics,
        ranking: RankingMetrics(scores: scores.map { Double($0) }, isPositive: isTrue))
    }
    subsetAccuracy = Double(exact) / Double(n)
    hammingLoss = Double(wrong) / Double(n * count)
    logLoss = predictions.logLoss
    calibration = predictions.calibration()
    self.uncalibrated = uncalibrated
    let all = tallies.reduce(into: Tally()) { $0.add($1) }.metrics
    microAverage = AveragedMetrics(precision: all.precision, recall: all.recall, f1: all.f1)
    sampleAverage = AveragedMetrics(
      precision: sums.precision / Double(n), recall: sums.recall / Double(n), f1: sums.f1 / Double(n))
  }

  private struct Tally {
    var correct = 0
    var support = 0
    var given = 0

    mutating func add(isTrue: Bool, isGiven: Bool) {
      correct += isTrue && isGiven ? 1 : 0
      support += isTrue ? 1 : 0
      given += isGiven ? 1 : 0
    }

    mutating func add(_ other: Tally) {
      correct += other.correct
      support += other.support
      given += other.given
    }

    var wrong: Int { support + given - 2 * correct }
    var metrics: ClassMetrics { ClassMetrics(correct: correct, support: support, predicted: given) }
  }
}

extension MultiLabelReport {
  /// The unweighted average over all labels; those that never occur count as 0 (`average="macro"`).
  public var macroAverage: AveragedMetrics {
    AveragedMetrics(labels.map(\.metrics), weights: labels.map { _ in 1 })
  }

  /// The average weighted by support (`average="weighted"`).
  public var weightedAverage: AveragedMetrics {
    AveragedMetrics(labels.map(\.metrics), weights: labels.map { Double($0.metrics.support) })
  }

  /// The mean area under the labels' ROC curves (`roc_auc_score`); nil if no example or every example has one
  /// of the labels.
  public var macroROCAUC: Double? { mean(\.rocAUC) }

  /// The mean of the labels' average precision (`average_precision_score`); nil if no example has one of the
  /// labels, which scikit-learn counts as 0.
  public var macroAveragePrecision: Double? { mean(\.averagePrecision) }

  private func mean(_ figure: (RankingMetrics) -> Double?) -> Double? {
    let values = labels.compactMap { figure($0.ranking) }
    return values.count == labels.count ? values.reduce(0, +) / Double(values.count) : nil
  }
}

// As JSON, every key is always present, with null for an undefined figure:
// {"examples", "subsetAccuracy", "hammingLoss", "logLoss", "macroROCAUC", "macroAveragePrecision",
//  "averages": {"micro"|"macro"|"weighted"|"samples": {"precision", "recall", "f1"}},
//  "labels": [{"label", "threshold", "precision", "recall", "f1", "support", "predicted", "undefined",
//              "rocAUC", "averagePrecision"}],
//  "calibration": {…}, "uncalibrated": {"temperature", "logLoss", "calibration": {…}}}

extension MultiLabelReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case examples, subsetAccuracy, hammingLoss, logLoss, macroROCAUC, macroAveragePrecision, averages
    case labels, calibration, uncalibrated
  }

  private enum AverageKeys: String, CodingKey {
    case micro, macro, weighted, samples
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(exampleCount, forKey: .examples)
    try container.encode(subsetAccuracy, forKey: .subsetAccuracy)
    try container.encode(hammingLoss, forKey: .hammingLoss)
    try container.encode(logLoss, forKey: .logLoss)
    try container.encode(macroROCAUC, forKey: .macroROCAUC)
    try container.encode(macroAveragePrecision, forKey: .macroAveragePrecision)
    var averages = container.nestedContainer(keyedBy: AverageKeys.self, forKey: .averages)
    try averages.encode(microAverage, forKey: .micro)
    try averages.encode(macroAverage, forKey: .macro)
    try averages.encode(weightedAverage, forKey: .weighted)
    try averages.encode(sampleAverage, forKey: .samples)
    try container.encode(labels, forKey: .labels)
    try container.encode(calibration, forKey: .calibration)
    try container.encode(uncalibrated, forKey: .uncalibrated)
  }
}

extension MultiLabelReport.PerLabel: Encodable {
  private enum CodingKeys: String, CodingKey { case label, threshold, rocAUC, averagePrecision }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(label, forKey: .label)
    try container.encode(threshold, forKey: .threshold)
    try container.encode(ranking.rocAUC, forKey: .rocAUC)
    try container.encode(ranking.averagePrecision, forKey: .averagePrecision)
    try metrics.encode(to: encoder)
  }
}
