/// Which column (CSV, TSV) or key (JSON Lines) is meant.
public enum ColumnSelector: Sendable, Hashable, CustomStringConvertible {
  case name(String)
  /// Counted from 1. For JSON Lines the key that is spelt like the number.
  case number(Int)

  /// Digits alone are a number, everything else a name.
  public init(_ argument: String) {
    let isNumber = !argument.isEmpty && argument.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    if isNumber, let number = Int(argument) {
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
}
