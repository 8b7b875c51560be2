import DiscernCorpus
import DiscernIO
import DiscernVocabulary

/// A question that a classifier answers about every text: the possible answers, and how one is chosen.
public struct ClassificationTask: Sendable, Equatable {
  /// Where labels are found in other data, and how they are written. Its column is nil if it was detected
  /// automatically.
  public var source: LabelColumn
  /// The answers to choose from.
  public let labels: LabelSet
  /// How probabilities become labels.
  public var decision: Decision
  /// The divisor of logits before they become probabilities; 1 without calibration.
  public var temperature: Double

  /// How probabilities become labels.
  public enum Decision: Sendable, Equatable {
    /// Only the most probable label is given.
    case likeliest
    /// Every label whose probability reaches its threshold is given (multi-label) [labels].
    case thresholds([Float])
  }

  /// - Parameter decision: `.thresholds` must have one threshold for each label.
  public init(
    source: LabelColumn = LabelColumn(), labels: LabelSet, decision: Decision = .likeliest,
    temperature: Double = 1
  ) {
    self.source = source
    self.labels = labels
    self.decision = decision
    self.temperature = temperature
  }

  /// The task for labels that were read, before anything is tuned.
  package init(_ target: LabelTarget) {
    let untuned = [Float](repeating: 0.5, count: target.labelSet.count)
    self.init(
      source: target.column, labels: target.labelSet,
      decision: target.column.separator == nil ? .likeliest : .thresholds(untuned))
  }

  /// Empty for a model's only task if it was not named.
  public var name: String { source.task }

  /// [labels] the lowest probability at which each label is given; nil if only the most probable label is
  /// given.
  public var thresholds: [Float]? {
    switch decision {
    case .likeliest: nil
    case .thresholds(let thresholds): thresholds
    }
  }

  /// The configuration of the head that answers it.
  package var head: HeadConfiguration {
    switch decision {
    case .likeliest: HeadConfiguration(name: name, .classes(count: labels.count))
    case .thresholds: HeadConfiguration(name: name, .labels(count: labels.count))
    }
  }
}

/// Coded as one flat JSON object, as in the first format.
extension ClassificationTask: Codable {
  private enum CodingKeys: String, CodingKey { case name, labels, column, separator, thresholds, temperature }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    var name = ""
    try container.read(.name, into: &name)
    let separator = try container.decodeIfPresent(LabelSeparator.self, forKey: .separator)
    let thresholds = try container.decodeIfPresent([Float].self, forKey: .thresholds) ?? []
    if separator == nil, !thresholds.isEmpty {
      throw DecodingError.dataCorruptedError(
        forKey: .thresholds, in: container,
        debugDescription: "is given without a separator, so a text has one label")
    }
    self.init(
      source: LabelColumn(
        task: name, column: try container.decodeIfPresent(ColumnSelector.self, forKey: .column),
        separator: separator),
      labels: try container.decode(LabelSet.self, forKey: .labels),
      decision: separator == nil ? .likeliest : .thresholds(thresholds),
      temperature: try container.decode(Double.self, forKey: .temperature))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(labels, forKey: .labels)
    try container.encodeIfPresent(source.column, forKey: .column)
    try container.encodeIfPresent(source.separator, forKey: .separator)
    try container.encodeIfPresent(thresholds, forKey: .thresholds)
    try container.encode(temperature, forKey: .temperature)
  }
}
