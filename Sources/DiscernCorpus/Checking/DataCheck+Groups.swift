import DiscernIO

extension DataCheck {
  /// The groups of texts, and near copies within and across them.
  public struct Groups: Codable, Sendable, Equatable {
    /// The column or key.
    public let column: String
    /// How many there are.
    public let count: Int
    /// Texts in no group, each separately.
    public let textsWithoutGroup: Int
    /// Sets of copies and near copies of which all texts are in one group.
    public let copiesWithin: Int
    /// All other sets of copies and near copies, which a division by groups can part.
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
