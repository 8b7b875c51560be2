/// A name that a recipe's key had before; it is read in files and behind flags, and shown nowhere.
public struct RecipeAlias: Sendable, ExpressibleByStringLiteral {
  /// The name of that time.
  public let name: String
  /// The values of that time and those of today; nil: they are the same.
  private let values: [String: String]?

  /// A name whose values are those of today.
  public init(stringLiteral name: String) {
    self.name = name
    values = nil
  }

  /// - Parameter values: each value of that time, and the one that it is today.
  init(_ name: String, values: [String: String]) {
    self.name = name
    self.values = values
  }

  /// A value as the key has it today; nil for one that there never was.
  public func renewed(_ text: String) -> String? { values == nil ? text : values?[text] }

  /// The values that there were, for messages; nil: those of today.
  public var expected: String? { values?.keys.sorted().joined(separator: " or ") }
}
