import DiscernVocabulary

/// The labels of a corpus for one task.
public struct LabelTarget: Sendable {
  /// Their column and format.
  public let column: LabelColumn
  /// All labels.
  public let labelSet: LabelSet
  /// The label of each text.
  public let labels: TaskLabels
}
