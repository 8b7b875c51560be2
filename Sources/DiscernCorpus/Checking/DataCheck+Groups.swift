import DiscernIO

extension DataCheck {
  /// The groups of texts, and near copies within and across them.
  public struct Groups: Codable, Sendable, Equatable {
    /// The column or key.
    public let column: String
    /// The number of groups.
    public let count: Int
    /// The number of texts in no group.
    public let textsWithoutGroup: Int
    /// The number of sets of copies and near copies whose texts are all in one group.
    public let copiesWithin: Int
    /// The number of all other sets of copies and near copies, which a division by groups can separate.
    public let copiesAcross: Int
  }
}

extension DataCheck.Groups: CustomStringConvertible {
  public var description: String {
    let without = textsWithoutGroup
    return "groups by “\(DisplayText.escaped(column))”: \(count)"
      + (without == 0 ? "" : ", and \(without.counted("text")) in none")
      + "; sets of duplicates within one: \(copiesWithin), across several: \(copiesAcross)"
  }
}
