import DiscernIO
import DiscernVocabulary

/// A question that a classifier answers of every text, and the answers to choose from.
public struct ClassificationTask: Sendable, Equatable, Codable {
  /// Empty for the only task of a model that was not given a name.
  public let name: String
  /// The answers to choose from.
  public let labels: LabelSet
  /// The column or key that it was trained on; nil if that was found by itself.
  public var column: ColumnSelector?
  /// What separates the labels of a text that may have any number of them; nil: a text has one label.
  public let separator: LabelSeparator?
  /// [labels] where a text may have several labels: the least probability at which each is given.
  public var thresholds: [Float]?
  /// What logits are divided by before softmax or sigmoid makes probabilities of them; 1 without calibration.
  public var temperature: Double

  /// - Parameter thresholds: [labels] where a text may have several labels.
  public init(
    name: String = "", labels: LabelSet, column: ColumnSelector? = nil, separator: LabelSeparator? = nil,
    thresholds: [Float]? = nil, temperature: Double = 1
  ) {
    precondition(
      thresholds?.count ?? labels.count == labels.count,
      "\(thresholds?.count ?? 0) of \(labels.count) thresholds")
    self.name = name
    self.labels = labels
    self.column = column
    self.separator = separator
    self.thresholds = thresholds
    self.temperature = temperature
  }

  /// - Parameter thresholds: [labels] where a text may have several labels.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    var name = ""
    try container.read(.name, into: &name)
    self.name = name
    labels = try container.decode(LabelSet.self, forKey: .labels)
    column = try container.decodeIfPresent(ColumnSelector.self, forKey: .column)
    separator = try container.decodeIfPresent(LabelSeparator.self, forKey: .separator)
    thresholds = try container.decodeIfPresent([Float].self, forKey: .thresholds)
    temperature = try container.decode(Double.self, forKey: .temperature)
  }

  /// Whether a text may have any number of labels.
  public var isMultiLabel: Bool { separator != nil }

  /// Where the labels of other texts are looked for.
  public var labelColumn: LabelColumn { LabelColumn(task: name, column: column, separator: separator) }
}
