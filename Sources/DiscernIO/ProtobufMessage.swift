/// A message in the wire format of Protocol Buffers, made field by field in the order of the calls, so that
/// the same calls give the same bytes.
///
/// Fields that are not set are left out; numbers of a list follow one another, each with its own key, unless
/// packed. Byte arrays and nested messages are not copied.
package struct ProtobufMessage: Sendable {
  private enum Part: Sendable {
    case bytes([UInt8])
    case message(ProtobufMessage)
  }

  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case delimited = 2
    case fixed32 = 5
  }

  private var parts: [Part] = []
  /// Bytes that are not in `parts` yet.
  private var tail: [UInt8] = []
  /// The length of the message in bytes.
  package private(set) var byteCount = 0

  package init() {}

  /// An integer or an enumeration's number; negative ones take ten bytes.
  package mutating func add(_ field: Int, _ value: Int) {
    key(field, .varint)
    varint(UInt64(bitPattern: Int64(value)))
  }

  package mutating func add(_ field: Int, _ value: Float) {
    key(field, .fixed32)
    for shift in [0, 8, 16, 24] as [UInt32] { append(UInt8(truncatingIfNeeded: value.bitPattern >> shift)) }
  }

  package mutating func add(_ field: Int, _ value: Double) {
    key(field, .fixed64)
    append(value)
  }

  /// Numbers under one key ("packed").
  package mutating func add(_ field: Int, _ values: [Double]) {
    key(field, .delimited)
    varint(UInt64(values.count * 8))
    for value in values { append(value) }
  }

  package mutating func add(_ field: Int, _ value: String) { add(field, bytes: Array(value.utf8)) }

  package mutating func add(_ field: Int, bytes: [UInt8]) {
    key(field, .delimited)
    varint(UInt64(bytes.count))
    add(.bytes(bytes), count: bytes.count)
  }

  package mutating func add(_ field: Int, _ message: ProtobufMessage) {
    key(field, .delimited)
    varint(UInt64(message.byteCount))
    add(.message(message), count: message.byteCount)
  }

  /// Calls `body` with all of the message, piece by piece.
  package func forEachPart<Failure: Error>(_ body: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    for part in parts {
      switch part {
      case .bytes(let bytes): try body(bytes)
      case .message(let message): try message.forEachPart(body)
      }
    }
    if !tail.isEmpty { try body(tail) }
  }

  /// All of the message.
  package var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(byteCount)
    forEachPart { result += $0 }
    return result
  }

  private mutating func key(_ field: Int, _ type: WireType) { varint(UInt64(field) << 3 | type.rawValue) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  private mutating func append(_ value: Double) {
    for shift in stride(from: 0, to: 64, by: 8) as StrideTo<UInt64> {
      append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
    }
  }

  private mutating func append(_ byte: UInt8) {
    tail.append(byte)
    byteCount += 1
  }

  private mutating func add(_ part: Part, count: Int) {
    parts.append(.bytes(tail))
    tail = []
    parts.append(part)
    byteCount += count
  }
}
