/// A training choice that followed from the texts and their labels.
public struct FittedChoice: Hashable, Sendable, Codable {
  /// The choice's name in recipes and, behind two dashes, as a flag.
  public let key: String
  /// As a recipe's file and the flag have it.
  public let value: String
  /// What it follows from, for people; choices made together have the same.
  public let why: String
}
