import DiscernModels

/// Which of a matcher's two towers reads a text; shared towers both give the same vectors.
public enum MatchSide: String, Sendable, Hashable, CaseIterable {
  /// The queries: the first text of pairs.
  case left
  /// The items to find: the second text of pairs.
  case right

  var tower: Matcher.Side { self == .left ? .left : .right }
}
