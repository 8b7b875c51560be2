/// Decodes a type from parsed JSON, and records which keys the type asked for: unknown keys can then be
/// refused by name.
///
/// A type that decodes itself as a `JSONValue` asks for all keys. Errors always have the path of the faulty
/// value, numbers too.
package struct JSONValueDecoder {
  private let value: JSONValue
  private let reading = JSONReading()

  package init(_ value: JSONValue) { self.value = value }

  /// - Throws: only `DecodingError`.
  package func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONPlace(value: value, codingPath: [], reading: reading).decode(type)
  }

  /// The keys, with dots between them, that nothing asked for, in the order of the text. Without those below
  /// such a key.
  package var unknownKeys: [String] {
    var keys: [String] = []
    Self.walk(value, reading, []) { value, reading, path in
      for member in value.object ?? [] where reading.parts[member.key] == nil {
        keys.append((path + [member.key]).joined(separator: "."))
      }
    }
    return keys
  }

  /// The keys, with dots between them, in whose place a default was taken.
  package var missingKeys: [String] {
    var keys: [String] = []
    Self.walk(value, reading, []) { _, reading, path in
      keys += reading.missing.sorted().map { (path + [$0]).joined(separator: ".") }
    }
    return keys
  }

  private static func walk(
    _ value: JSONValue, _ reading: JSONReading, _ path: [String],
    _ visit: (JSONValue, JSONReading, [String]) -> Void
  ) {
    visit(value, reading, path)
    let parts =
      value.object.map { $0.map { ($0.key, $0.value) } }
      ?? value.array.map { $0.enumerated().map { ("\($0)", $1) } } ?? []
    for (name, part) in parts {
      if let read = reading.parts[name] { walk(part, read, path + [name], visit) }
    }
  }
}

/// The parts of a value that were requested: members by key, elements by number.
final class JSONReading {
  var parts: [String: JSONReading] = [:]
  var missing: Set<String> = []

  /// That of a part, which counts as read from now on.
  func part(_ name: String) -> JSONReading {
    if let part = parts[name] { return part }
    let part = JSONReading()
    parts[name] = part
    return part
  }
}
