/// Decodes a type from parsed JSON, and records the keys that the type requested, so that unknown keys can be
/// rejected by name.
///
/// A type that decodes itself as a `JSONValue` requests all keys. Errors always have the path of the faulty
/// value, also for numbers.
package struct JSONValueDecoder {
  private let value: JSONValue
  private let reading = JSONReading()

  package init(_ value: JSONValue) { self.value = value }

  /// - Throws: only `DecodingError`.
  package func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONPlace(value: value, codingPath: [], reading: reading).decode(type)
  }

  /// The keys that were not requested, as paths joined by dots, in the order of the text, without those below
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

  /// The keys for which a default was used, as paths joined by dots.
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

  /// The record of a part, which counts as requested from now on.
  func part(_ name: String) -> JSONReading {
    if let part = parts[name] { return part }
    let part = JSONReading()
    parts[name] = part
    return part
  }
}
