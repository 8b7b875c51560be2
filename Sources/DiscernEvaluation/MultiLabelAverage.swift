/// An average of F1 that thresholds are tuned by.
public enum MultiLabelAverage: Sendable, Hashable {
  /// Over all decisions together.
  case micro
  /// The mean over the labels.
  case macro
}
