/// A parser for JSON exactly as in RFC 8259.
///
/// Foundation's decoder accepts trailing commas and takes the first of duplicate keys; a file that readers
/// interpret differently is not a sound basis for weights or labels, so here these are errors, like a byte
/// order mark, invalid UTF-8, half a surrogate pair, control characters in strings, `NaN` and anything after
/// the value. Depth is limited, so that hostile nesting cannot exhaust the stack.
package enum StrictJSON {
  /// The treatment of a key that occurs twice in an object. RFC 8259 only says that keys SHOULD be unique;
  /// with `allowed` all members are kept, in order.
  package enum DuplicateKeys: Sendable {
    case rejected
    case allowed
  }

  package static let defaultMaximumDepth = 512

  /// The value in `bytes`. Cost: linear in the bytes, plus sorting the keys of each object.
  package static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, duplicateKeys: DuplicateKeys = .rejected,
    maximumDepth: Int = defaultMaximumDepth
  ) throws(JSONError) -> JSONValue {
    var scanner = JSONScanner(
      rejectsDuplicateKeys: duplicateKeys == .rejected, maximumDepth: maximumDepth)
    scanner.start(bytes)
    return try scanner.document()
  }

  package static func parse(
    _ bytes: [UInt8], duplicateKeys: DuplicateKeys = .rejected,
    maximumDepth: Int = defaultMaximumDepth
  ) throws(JSONError) -> JSONValue {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      try parse(buffer, duplicateKeys: duplicateKeys, maximumDepth: maximumDepth)
    }
  }
}
