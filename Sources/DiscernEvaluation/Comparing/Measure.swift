/// A figure of an evaluation; the raw value is its name in JSON.
package enum Measure: String, CaseIterable, Sendable, Encodable {
  /// The share of examples with all labels right.
  case accuracy
  case balancedAccuracy
  case microF1
  case macroF1
  case weightedF1
  /// The mean of the examples' own F1; for multi-label tasks.
  case samplesF1
  case matthewsCorrelation
  /// The share of decisions that are wrong; for multi-label tasks.
  case hammingLoss
  /// In nats.
  case logLoss
  case brierScore
  case calibrationError
  case rocAUC
  case averagePrecision

  /// The name in reports.
  package var name: String {
    switch self {
    case .accuracy: "accuracy"
    case .balancedAccuracy: "balanced accuracy"
    case .microF1: "micro F1"
    case .macroF1: "macro F1"
    case .weightedF1: "weighted F1"
    case .samplesF1: "F1 by text"
    case .matthewsCorrelation: "Matthews correlation"
    case .hammingLoss: "Hamming loss"
    case .logLoss: "log loss"
    case .brierScore: "Brier score"
    case .calibrationError: "calibration error"
    case .rocAUC: "ROC AUC"
    case .averagePrecision: "average precision"
    }
  }

  /// Whether smaller values are better.
  package var fallsWithQuality: Bool {
    switch self {
    case .hammingLoss, .logLoss, .brierScore, .calibrationError: true
    default: false
    }
  }

  /// The measures of single-label tasks.
  package static let ofClasses: [Measure] = [
    .accuracy, .balancedAccuracy, .macroF1, .weightedF1, .matthewsCorrelation, .rocAUC, .averagePrecision,
    .logLoss, .brierScore, .calibrationError,
  ]

  /// The measures of multi-label tasks.
  package static let ofLabels: [Measure] = [
    .accuracy, .microF1, .macroF1, .samplesF1, .hammingLoss, .rocAUC, .averagePrecision, .logLoss,
    .calibrationError,
  ]
}
