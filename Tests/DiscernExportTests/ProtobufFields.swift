/// The fields of a message in the wire format of Protocol Buffers, read by the format's rules alone.
struct ProtobufFields {
  enum Value: Equatable {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private(set) var fields: [(number: Int, value: Value)] = []

  /// Nil for bytes that are not a message.
  init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      guard let key = Self.varint(&rest) else { return nil }
      switch key & 7 {
      case 0:
        guard let number = Self.varint(&rest) else { return nil }
        fields.append((Int(key >> 3), .number(number)))
      case 2:
        guard let count = Self.varint(&rest), count <= rest.count else { return nil }
        fields.append((Int(key >> 3), .bytes(rest.prefix(Int(count)))))
        rest = rest.dropFirst(Int(count))
      case 5:
        guard rest.count >= 4 else { return nil }
        let number = rest.prefix(4).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        fields.append((Int(key >> 3), .number(number)))
        rest = rest.dropFirst(4)
      default: return nil
      }
    }
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var (value, shift) = (UInt64(0), UInt64(0))
    while let byte = rest.popFirst(), shift < 64 {
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  func texts(_ number: Int) -> [String] { bytes(number).map { String(decoding: $0, as: UTF8.self) } }

  func bytes(_ number: Int) -> [ArraySlice<UInt8>] {
    fields.compactMap { if $0.number == number, case .bytes(let bytes) = $0.value { bytes } else { nil } }
  }

  func numbers(_ number: Int) -> [Int] {
    fields.compactMap {
      if $0.number == number, case .number(let value) = $0.value {
        Int(truncatingIfNeeded: value)
      } else {
        nil
      }
    }
  }

  func messages(_ number: Int) -> [ProtobufFields] { bytes(number).compactMap { ProtobufFields($0) } }
}
