import DiscernModels

/// Which of a matcher's two towers reads; of towers that are shared both give the same vectors.
public enum MatchSide: String, Sendable, Hashable, CaseIterable {
  /// What is asked with: the first text of pairs.
  case left
  /// What is found: the second text of pairs.
  case right

  var tower: Matcher.Side { self == .left ? .left : .right }
}
