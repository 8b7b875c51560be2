/// Precision, recall and F1 of one class, as scikit-learn's `precision_recall_fscore_support` with
/// `zero_division=0`: a figure whose denominator is zero is 0 and its `is…Undefined` flag is true.
///
/// As JSON: `precision`, `recall`, `f1`, `support`, `predicted`, and `undefined`, the list of the
/// figures that are 0 only by that convention.
public struct ClassMetrics: Sendable, Equatable {
  /// The share of the examples predicted as this class that are correct, 0…1.
  public let precision: Double
  /// The share of this class's examples that are predicted correctly, 0…1.
  public let recall: Double
  /// The harmonic mean of precision and recall, 2·TP / (true + predicted), 0…1.
  public let f1: Double
  /// The number of examples of this class.
  public let support: Int
  /// The number of examples predicted as this class.
  public let predicted: Int

  /// Whether the class was never predicted.
  public var isPrecisionUndefined: Bool { predicted == 0 }
  /// Whether there is no example of this class.
  public var isRecallUndefined: Bool { support == 0 }
  /// Whether the class is neither among the true labels nor among the predictions.
  public var isF1Undefined: Bool { predicted == 0 && support == 0 }

  init(correct: Int, support: Int, predicted: Int) {
    self.support = support
    self.predicted = predicted
    precision = predicted == 0 ? 0 : Double(correct) / Double(predicted)
    recall = support == 0 ? 0 : Double(correct) / Double(support)
    let both = Double(support) + Double(predicted)
    f1 = both == 0 ? 0 : 2 * Double(correct) / both
  }
}

extension ClassMetrics: Codable {
  private enum CodingKeys: String, CodingKey {
    case precision, recall, f1, support, predicted, undefined
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    precision = try container.decode(Double.self, forKey: .precision)
    recall = try container.decode(Double.self, forKey: .recall)
    f1 = try container.decode(Double.self, forKey: .f1)
    support = try container.decode(Int.self, forKey: .support)
    predicted = try container.decode(Int.self, forKey: .predicted)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(precision, forKey: .precision)
    try container.encode(recall, forKey: .recall)
    try container.encode(f1, forKey: .f1)
    try container.encode(support, forKey: .support)
    try container.encode(predicted, forKey: .predicted)
    var undefined: [String] = []
    if isPrecisionUndefined { undefined.append("precision") }
    if isRecallUndefined { undefined.append("recall") }
    if isF1Undefined { undefined.append("f1") }
    try container.encode(undefined, forKey: .undefined)
  }
}
