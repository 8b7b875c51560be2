extension JSONValue: Codable {
  /// Any value of any decoder; numbers are limited to 64 bits.
  package init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: AnyCodingKey.self) {
      self = .object(
        try container.allKeys.map {
          JSONMember(key: $0.stringValue, value: try container.decode(JSONValue.self, forKey: $0))
        })
    } else if var container = try? decoder.unkeyedContainer() {
      var elements: [JSONValue] = []
      while !container.isAtEnd { elements.append(try container.decode(JSONValue.self)) }
      self = .array(elements)
    } else {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Int.self) {
        self = .number("\(value)")
      } else if let value = try? container.decode(UInt64.self) {
        self = .number("\(value)")
      } else if let value = try? container.decode(Double.self) {
        self = .number("\(value)")
      } else {
        self = .string(try container.decode(String.self))
      }
    }
  }

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let members):
      var container = encoder.container(keyedBy: AnyCodingKey.self)
      for member in members { try container.encode(member.value, forKey: AnyCodingKey(member.key)) }
    case .array(let elements):
      var container = encoder.unkeyedContainer()
      for element in elements { try container.encode(element) }
    case .null, .bool, .number, .string:
      var container = encoder.singleValueContainer()
      switch self {
      case .bool(let value): try container.encode(value)
      case .string(let value): try container.encode(value)
      case .number(let lexeme):
        if let value = Int(lexeme) {
          try container.encode(value)
        } else if let value = UInt64(lexeme) {
          try container.encode(value)
        } else {
          try container.encode(Double(lexeme))
        }
      default: try container.encodeNil()
      }
    }
  }
}
