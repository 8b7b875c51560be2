/// The least probability at which a label is given.
public enum LabelThreshold {
  /// What a label gets that cannot be tuned.
  public static let untuned: Float = 0.5
}
