import DiscernVocabulary

/// The labels of a corpus for one task.
public struct LabelTarget: Sendable {
  /// The column of the labels.
  public let column: LabelColumn
  /// All labels.
  public let labelSet: LabelSet
  /// The labels of each text.
  public let labels: TaskLabels
}
