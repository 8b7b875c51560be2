/// The choice of a column (CSV, TSV) or key (JSON Lines).
///
/// In JSON, a name is a string and a number is a number.
public enum ColumnSelector: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The column's name, or the key.
  case name(String)
  /// Counted from 1, unless a column has this number as its name. In JSON Lines, the key that is spelt like
  /// it.
  case number(Int)

  /// A number in its usual form is a number, anything else (also `007`) a name.
  public init(_ argument: String) {
    if argument.first != "-", let number = Int(argument), String(number) == argument {
      self = .number(number)
    } else {
      self = .name(argument)
    }
  }

  public var description: String {
    switch self {
    case .name(let name): name
    case .number(let number): String(number)
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int.self) {
      self = .number(number)
    } else {
      self = .name(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .name(let name): try container.encode(name)
    case .number(let number): try container.encode(number)
    }
  }
}
