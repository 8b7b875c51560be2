import DiscernCorpus
import DiscernIO
import DiscernVocabulary

/// A question that a classifier answers of every text: the answers to choose from, and how it decides.
public struct ClassificationTask: Sendable, Equatable {
  /// Where the labels of other texts are looked for and how they are written. Its column is nil if that was
  /// found by itself.
  public var source: LabelColumn
  /// The answers to choose from.
  public let labels: LabelSet
  /// How probabilities become labels.
  public var decision: Decision
  /// What logits are divided by before they become probabilities; 1 without calibration.
  public var temperature: Double

  /// How probabilities become labels.
  public enum Decision: Sendable, Equatable {
    /// The likeliest label is given.
    case likeliest
    /// Every label is given whose probability reaches its threshold [labels]: multi-label.
    case thresholds([Float])
  }

  /// - Parameter decision: `.thresholds` has one for each label.
  public init(
    source: LabelColumn = LabelColumn(), labels: LabelSet, decision: Decision = .likeliest,
    temperature: Double = 1
  ) {
    self.source = source
    self.labels = labels
    self.decision = decision
    self.temperature = temperature
  }

  /// The task of labels that were read, before anything is tuned.
  package init(_ target: LabelTarget) {
    let untuned = [Float](repeating: 0.5, count: target.labelSet.count)
    self.init(
      source: target.column, labels: target.labelSet,
      decision: target.column.separator == nil ? .likeliest : .thresholds(untuned))
  }

  /// Empty for the only task of a model that was not given a name.
  public var name: String { source.task }

  /// [labels] the least probability at which each label is given; nil where the likeliest is.
  public var thresholds: [Float]? {
    switch decision {
    case .likeliest: nil
    case .thresholds(let thresholds): thresholds
    }
  }

  /// The output that answers it.
  package var head: HeadConfiguration {
    switch decision {
    case .likeliest: HeadConfiguration(name: name, .classes(count: labels.count))
    case .thresholds: HeadConfiguration(name: name, .labels(count: labels.count))
    }
  }
}

/// As JSON one flat object, as the first format had it.
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
        debugDescription: "is there, but no separator, so that a text has one label")
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
