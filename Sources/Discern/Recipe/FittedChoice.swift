/// A training setting that was derived from the texts and their labels.
public struct FittedChoice: Hashable, Sendable, Codable {
  /// The setting's name in recipes and, after two dashes, as a flag.
  public let key: String
  /// The value as written in a recipe or after the flag.
  public let value: String
  /// The reason, in words; settings chosen together have the same reason.
  public let why: String
}
