/// JSON as text, made without an encoder, for output where each line's cost matters.
package enum JSONText {
  /// A string with its quotes.
  package static func string(_ value: String) -> String {
    var result: [UInt8] = [UInt8(ascii: "\"")]
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
      case 0x0A: result += Array("\\n".utf8)
      case 0x0D: result += Array("\\r".utf8)
      case 0x09: result += Array("\\t".utf8)
      case 0..<0x20, 0x7F:
        result += Array(escape(Unicode.Scalar(byte)).utf8)
      default: result.append(byte)
      }
    }
    result.append(UInt8(ascii: "\""))
    return String(decoding: result, as: UTF8.self)
  }

  /// A character below U+10000 as a `\u` escape.
  package static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// A number; `null` if it is not finite.
  package static func number(_ value: Float) -> String { value.isFinite ? "\(value)" : "null" }

  package static func list(_ values: some Sequence<String>) -> String {
    "[" + values.joined(separator: ",") + "]"
  }

  package static func value(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let bool): "\(bool)"
    case .number(let lexeme): lexeme
    case .string(let text): string(text)
    case .array(let values): list(values.map(self.value))
    case .object(let members):
      "{" + members.map { string($0.key) + ":" + self.value($0.value) }.joined(separator: ",") + "}"
    }
  }

  /// An object of values that are already JSON, sorted by key.
  package static func object(_ members: [(key: String, value: String)]) -> String {
    let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return "{" + sorted.map { "\(string($0.key)):\($0.value)" }.joined(separator: ",") + "}"
  }
}
