/// A value within parsed JSON, for `Decodable` types to read.
struct JSONPlace: Decoder, SingleValueDecodingContainer {
  let value: JSONValue
  let codingPath: [any CodingKey]
  let reading: JSONReading

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let members) = value else { throw misfit([String: Any].self) }
    return KeyedDecodingContainer(try JSONMembers(self, members))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = value else { throw misfit([Any].self) }
    return JSONElements(self, elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  /// A part of this value.
  func part(_ value: JSONValue, _ key: any CodingKey) -> JSONPlace {
    JSONPlace(value: value, codingPath: codingPath + [key], reading: reading.part(key.stringValue))
  }

  func decodeNil() -> Bool { value == .null }

  /// Serves all types; the protocol has a separate requirement for each of the plain ones.
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if let plain = try plain(type) {
      guard let result = plain as? Value else { throw misfit(type) }
      return result
    }
    do { return try Value(from: self) } catch let error as DecodingError { throw error } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath, debugDescription: "\(error)", underlyingError: error))
    }
  }

  /// The value as a string, Boolean or number; nil if the type is none of these.
  private func plain(_ type: any Decodable.Type) throws -> Any? {
    switch type {
    case is String.Type: return try required(value.string, type)
    case is Bool.Type: return try required(value.bool, type)
    case is Double.Type: return try number(type) { Double($0) }
    case is Float.Type: return try number(type) { Float($0) }
    case let type as any FixedWidthInteger.Type: return try integer(type)
    default: return nil
    }
  }

  private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
    try required(value.number.flatMap { Integer($0) ?? Double($0).flatMap { Integer(exactly: $0) } }, type)
  }

  private func number<Number: BinaryFloatingPoint>(
    _ type: any Any.Type, _ parse: (String) -> Number?
  ) throws -> Number {
    try required(value.number.flatMap(parse).flatMap { $0.isFinite ? $0 : nil }, type)
  }

  private func required<Value>(_ value: Value?, _ type: any Any.Type) throws -> Value {
    guard let value else { throw misfit(type) }
    return value
  }

  func misfit(_ type: any Any.Type) -> DecodingError {
    let context = DecodingError.Context(codingPath: codingPath, debugDescription: "")
    return value == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
  }
}
