/// The minimum probability at which a label is given.
public enum LabelThreshold {
  /// The threshold of a label that cannot be tuned.
  public static let untuned: Float = 0.5
}
