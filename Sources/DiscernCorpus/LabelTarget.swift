import DiscernVocabulary

/// The labels of a corpus for one task.
public struct LabelTarget: Sendable {
  /// Where they are and how they are written.
  public let column: LabelColumn
  /// Which there are.
  public let labelSet: LabelSet
  /// Which each text has.
  public let labels: TaskLabels
}
