/// The elements of a JSON array, one after another.
struct JSONElements: UnkeyedDecodingContainer {
  private let place: JSONPlace
  private let elements: [JSONValue]
  private(set) var currentIndex = 0

  init(_ place: JSONPlace, _ elements: [JSONValue]) {
    self.place = place
    self.elements = elements
  }

  var codingPath: [any CodingKey] { place.codingPath }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  private mutating func next() throws -> JSONPlace {
    let key = AnyCodingKey(intValue: currentIndex)
    guard currentIndex < elements.count else {
      throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: ""))
    }
    let element = elements[currentIndex]
    currentIndex += 1
    switch element {
    case .object, .array: return place.part(element, key)
    // There may be a million; values without keys need no record of their own.
    default: return JSONPlace(value: element, codingPath: codingPath + [key], reading: place.reading)
    }
  }

  mutating func decodeNil() throws -> Bool {
    guard currentIndex < elements.count, elements[currentIndex] == .null else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().decode(type) }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }
}
