/// A JSON value as in the text: keys keep their order, numbers their digits.
package indirect enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// The number's own characters (RFC 8259 grammar); `int` and `double` convert.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])

  /// Its type, for messages.
  package var typeName: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The number as an integer: only if it is written as one (`12`, not `12.0`) and fits.
  package var int: Int? {
    guard case .number(let lexeme) = self else { return nil }
    return Int(lexeme)
  }

  /// The number as the nearest double, if that is finite (`1e400` has none).
  package var double: Double? {
    guard case .number(let lexeme) = self, let value = Double(lexeme), value.isFinite else { return nil }
    return value
  }

  package var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// A number's own characters.
  package var number: String? {
    if case .number(let lexeme) = self { lexeme } else { nil }
  }

  package var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  package var array: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  package var object: [JSONMember]? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The value of the first member whose key has the same bytes as `key`. Cost: linear in the members.
  package subscript(key: String) -> JSONValue? {
    object?.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }
}

/// One `"key": value` of a JSON object.
package struct JSONMember: Sendable, Equatable {
  package let key: String
  package let value: JSONValue

  package init(key: String, value: JSONValue) {
    self.key = key
    self.value = value
  }
}
