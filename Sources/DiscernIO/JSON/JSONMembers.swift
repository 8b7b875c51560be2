/// The members of a JSON object.
struct JSONMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let place: JSONPlace
  private let members: [String: JSONValue]
  let allKeys: [Key]

  init(_ place: JSONPlace, _ members: [JSONMember]) throws {
    self.place = place
    self.members = Dictionary(members.map { ($0.key, $0.value) }) { first, _ in first }
    // Keys with different bytes may be the same text, and one of them would be lost.
    guard self.members.count == members.count else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: place.codingPath, debugDescription: "has a key in two spellings"))
    }
    allKeys = members.compactMap { Key(stringValue: $0.key) }
  }

  var codingPath: [any CodingKey] { place.codingPath }

  func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

  private func part(_ key: Key) throws -> JSONPlace {
    guard let value = members[key.stringValue] else {
      throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: ""))
    }
    return place.part(value, key)
  }

  func decodeNil(forKey key: Key) throws -> Bool { try part(key).decodeNil() }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try part(key).decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { try part(key).container(keyedBy: type) }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try part(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { place }

  /// Called by `KeyedDecodingContainer.read(_:into:)` when it uses a default.
  func superDecoder(forKey key: Key) throws -> any Decoder {
    if !contains(key) { place.reading.missing.insert(key.stringValue) }
    return try part(key)
  }
}
