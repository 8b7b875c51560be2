/// A former name of a recipe key; it is accepted in files and as a flag, but never shown.
public struct RecipeAlias: Sendable, ExpressibleByStringLiteral {
  /// The former name.
  public let name: String
  /// Former values and their current equivalents; nil: they are the same.
  private let values: [String: String]?

  /// A former name whose values have not changed.
  public init(stringLiteral name: String) {
    self.name = name
    values = nil
  }

  /// - Parameter values: each former value with its current equivalent.
  init(_ name: String, values: [String: String]) {
    self.name = name
    self.values = values
  }

  /// The current equivalent of a former value; nil for one that never existed.
  public func renewed(_ text: String) -> String? { values == nil ? text : values?[text] }

  /// The former values, for messages; nil: the current ones.
  public var expected: String? { values?.keys.sorted().joined(separator: " or ") }
}
