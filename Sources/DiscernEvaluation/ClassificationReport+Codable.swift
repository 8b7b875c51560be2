// As JSON, every key is always present, with null for an undefined figure:
// {"examples", "accuracy", "balancedAccuracy", "matthewsCorrelation", "logLoss", "brierScore",
//  "rocAUC", "macroROCAUC", "weightedROCAUC", "averagePrecision", "macroAveragePrecision",
//  "topAccuracies": [{"k", "accuracy"}],
//  "averages": {"micro"|"macro"|"macroOfAllLabels"|"weighted": {"precision", "recall", "f1"}},
//  "classes": [{"label", "precision", "recall", "f1", "support", "predicted", "undefined",
//               "rocAUC", "averagePrecision"}],
//  "confusionMatrix": [[…]], "calibration": {…},
//  "uncalibrated": {"temperature", "logLoss", "brierScore", "calibration": {…}}}

extension ClassificationReport: Codable {
  private enum CodingKeys: String, CodingKey {
    case examples, accuracy, balancedAccuracy, matthewsCorrelation, logLoss, brierScore
    case rocAUC, macroROCAUC, weightedROCAUC, averagePrecision, macroAveragePrecision
    case topAccuracies, averages, classes, confusionMatrix, calibration, uncalibrated
  }

  private enum AverageKeys: String, CodingKey {
    case micro, macro, macroOfAllLabels, weighted
  }

  /// Reads the output of `encode(to:)`; figures that follow from others are recomputed.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    exampleCount = try container.decode(Int.self, forKey: .examples)
    logLoss = try container.decode(Double.self, forKey: .logLoss)
    brierScore = try container.decode(Double.self, forKey: .brierScore)
    topAccuracies = try container.decode([TopAccuracy].self, forKey: .topAccuracies)
    classes = try container.decode([PerClass].self, forKey: .classes)
    confusionMatrix = try container.decode(ConfusionMatrix.self, forKey: .confusionMatrix)
    calibration = try container.decode(CalibrationCurve.self, forKey: .calibration)
    uncalibrated = try container.decodeIfPresent(Uncalibrated.self, forKey: .uncalibrated)
    guard classes.count == confusionMatrix.classCount, exampleCount == confusionMatrix.exampleCount
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .confusionMatrix, in: container,
        debugDescription: "the confusion matrix disagrees with the numbers of classes or examples")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(exampleCount, forKey: .examples)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(balancedAccuracy, forKey: .balancedAccuracy)
    try container.encode(matthewsCorrelation, forKey: .matthewsCorrelation)
    try container.encode(logLoss, forKey: .logLoss)
    try container.encode(brierScore, forKey: .brierScore)
    try container.encode(rocAUC, forKey: .rocAUC)
    try container.encode(macroROCAUC, forKey: .macroROCAUC)
    try container.encode(weightedROCAUC, forKey: .weightedROCAUC)
    try container.encode(averagePrecision, forKey: .averagePrecision)
    try container.encode(macroAveragePrecision, forKey: .macroAveragePrecision)
    try container.encode(topAccuracies, forKey: .topAccuracies)
    var averages = container.nestedContainer(keyedBy: AverageKeys.self, forKey: .averages)
    try averages.encode(microAverage, forKey: .micro)
    try averages.encode(macroAverage, forKey: .macro)
    try averages.encode(macroAverageOfAllClasses, forKey: .macroOfAllLabels)
    try averages.encode(weightedAverage, forKey: .weighted)
    try container.encode(classes, forKey: .classes)
    try container.encode(confusionMatrix, forKey: .confusionMatrix)
    try container.encode(calibration, forKey: .calibration)
    try container.encode(uncalibrated, forKey: .uncalibrated)
  }
}

extension ClassificationReport.PerClass: Codable {
  private enum CodingKeys: String, CodingKey { case label, rocAUC, averagePrecision }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    label = try container.decode(String.self, forKey: .label)
    ranking = RankingMetrics(
      rocAUC: try container.decodeIfPresent(Double.self, forKey: .rocAUC),
      averagePrecision: try container.decodeIfPresent(Double.self, forKey: .averagePrecision))
    metrics = try ClassMetrics(from: decoder)
  }

  /// One flat object: the label, the figures of `ClassMetrics`, then those of `RankingMetrics`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(label, forKey: .label)
    try container.encode(ranking.rocAUC, forKey: .rocAUC)
    try container.encode(ranking.averagePrecision, forKey: .averagePrecision)
    try metrics.encode(to: encoder)
  }
}
