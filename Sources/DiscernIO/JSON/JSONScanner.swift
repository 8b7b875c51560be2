/// The only reader of JSON text: builds values, or just checks and skips them.
///
/// It can be reused for the next text and then keeps its buffers, so that reading JSON Lines allocates
/// nothing per row.
package struct JSONScanner: ~Copyable {
  package private(set) var bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  package var position = 0
  private let rejectsDuplicateKeys: Bool
  private let maximumDepth: Int
  private var scratch = ByteBuffer()
  private var keys = JSONKeys()

  package init(rejectsDuplicateKeys: Bool = true, maximumDepth: Int = StrictJSON.defaultMaximumDepth) {
    self.rejectsDuplicateKeys = rejectsDuplicateKeys
    self.maximumDepth = maximumDepth
  }

  /// Begins a new text; `bytes` must stay valid until the last call that reads it.
  package mutating func start(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    position = 0
    keys.removeAll()
  }

  package func error(_ reason: JSONError.Reason, at offset: Int) -> JSONError {
    JSONError(reason, at: offset, in: bytes)
  }

  package func unexpected(_ expected: String) -> JSONError {
    position < bytes.count
      ? error(.unexpected(bytes[position], expected: expected), at: position)
      : error(.unexpectedEnd(expected: expected), at: position)
  }

  // MARK: Complete values

  package mutating func document() throws(JSONError) -> JSONValue {
    try skipLeadingSpace()
    let value = try value(building: true, depth: 0)
    try expectEnd()
    return value
  }

  package mutating func skipLeadingSpace() throws(JSONError) {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      throw error(.byteOrderMark, at: 0)
    }
    skipSpace()
  }

  package mutating func expectEnd() throws(JSONError) {
    skipSpace()
    if position < bytes.count { throw error(.contentAfterValue, at: position) }
  }

  /// The value that begins here; with `building` false it is only checked, and `.null` is returned.
  package mutating func value(building: Bool, depth: Int) throws(JSONError) -> JSONValue {
    guard position < bytes.count else { throw unexpected("a value") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(building: building, depth: depth + 1)
    case UInt8(ascii: "["): return try array(building: building, depth: depth + 1)
    case UInt8(ascii: "\""):
      try string()
      return building ? .string(String(decoding: scratch.bytes, as: UTF8.self)) : .null
    case UInt8(ascii: "t"):
      try literal("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try literal("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try literal("null")
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let range = try number()
      return building
        ? .number(String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)) : .null
    default: throw unexpected("a value")
    }
  }

  private mutating func array(building: Bool, depth: Int) throws(JSONError) -> JSONValue {
    if depth > maximumDepth { throw error(.nestedTooDeep(limit: maximumDepth), at: position) }
    position += 1
    skipSpace()
    var elements: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      let element = try value(building: building, depth: depth)
      if building { elements.append(element) }
      if try endsAfterElement(closing: UInt8(ascii: "]"), named: "“,” or “]”") { return .array(elements) }
    }
  }

  private mutating func object(building: Bool, depth: Int) throws(JSONError) -> JSONValue {
    var members: [JSONMember] = []
    var iterator = try beginObject(depth: depth)
    while let key = try nextKey(&iterator) {
      let name = building ? String(decoding: keys.bytes(of: key), as: UTF8.self) : ""
      let value = try value(building: building, depth: depth)
      if building { members.append(JSONMember(key: name, value: value)) }
    }
    return .object(members)
  }

  // MARK: Objects, member by member

  /// The progress of reading an object.
  package struct ObjectState {
    fileprivate let firstKey: Int
    fileprivate var isFirst = true
  }

  /// Skips `{`, at which the object begins.
  package mutating func beginObject(depth: Int) throws(JSONError) -> ObjectState {
    if depth > maximumDepth { throw error(.nestedTooDeep(limit: maximumDepth), at: position) }
    guard take(UInt8(ascii: "{")) else { throw unexpected("“{”") }
    return ObjectState(firstKey: keys.count)
  }

  /// Reads the next key and its colon, up to the value, which the caller must read; or skips the closing
  /// brace and returns nil. The key's bytes are `keyBytes(_:)`, until the object ends.
  package mutating func nextKey(_ state: inout ObjectState) throws(JSONError) -> Int? {
    skipSpace()
    let ends: Bool
    if state.isFirst {
      ends = take(UInt8(ascii: "}"))
      state.isFirst = false
    } else {
      ends = try endsAfterElement(closing: UInt8(ascii: "}"), named: "“,” or “}”")
    }
    if ends {
      if rejectsDuplicateKeys, let twice = keys.duplicate(from: state.firstKey) {
        let name = String(decoding: keys.bytes(of: twice), as: UTF8.self)
        throw error(.duplicateKey(name), at: keys.offset(of: twice))
      }
      keys.truncate(to: state.firstKey)
      return nil
    }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      throw unexpected("a key in quotes")
    }
    let offset = position
    try string()
    keys.append(scratch.bytes, offset: offset)
    skipSpace()
    guard take(UInt8(ascii: ":")) else { throw unexpected("“:”") }
    skipSpace()
    return keys.count - 1
  }

  package func keyBytes(_ key: Int) -> UnsafeBufferPointer<UInt8> { keys.bytes(of: key) }

  /// After a value: skips the closing bracket (true), or a comma and the space after it (false).
  private mutating func endsAfterElement(closing: UInt8, named expected: String) throws(JSONError) -> Bool {
    skipSpace()
    if take(closing) { return true }
    let comma = position
    guard take(UInt8(ascii: ",")) else { throw unexpected(expected) }
    skipSpace()
    if position < bytes.count, bytes[position] == closing { throw error(.trailingComma, at: comma) }
    return false
  }

  // MARK: Tokens

  package func stands(at byte: UInt8) -> Bool { position < bytes.count && bytes[position] == byte }

  package var standsAtNumber: Bool {
    position < bytes.count && (bytes[position] == UInt8(ascii: "-") || bytes[position] &- 0x30 < 10)
  }

  /// The kind of value that begins here, in words.
  package var typeName: String {
    guard position < bytes.count else { return "nothing" }
    switch bytes[position] {
    case UInt8(ascii: "{"): return "an object"
    case UInt8(ascii: "["): return "an array"
    case UInt8(ascii: "\""): return "a string"
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return "true or false"
    case UInt8(ascii: "n"): return "null"
    default: return "a number"
    }
  }

  @inline(__always)
  package mutating func skipSpace() {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      position += 1
    }
  }

  @inline(__always)
  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func literal(_ name: StaticString) throws(JSONError) {
    for index in 0..<name.utf8CodeUnitCount {
      guard take(name.utf8Start[index]) else { throw unexpected("“\(name)”") }
    }
  }

  private mutating func digits() throws(JSONError) {
    let start = position
    while position < bytes.count, bytes[position] &- 0x30 < 10 { position += 1 }
    if position == start { throw unexpected("a digit") }
  }

  /// Skips a number and returns its range.
  package mutating func number() throws(JSONError) -> Range<Int> {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    return start..<position
  }

  /// The last string that was read.
  package var stringBytes: UnsafeBufferPointer<UInt8> { scratch.bytes }

  /// Reads the string that begins at this quote: puts its value, unescaped, into `stringBytes`, and skips the
  /// closing quote.
  package mutating func string() throws(JSONError) {
    scratch.removeAll()
    position += 1
    guard let base = bytes.baseAddress else { return }
    var plain = position
    while true {
      position = endOfPlainASCII(base, from: position)
      guard position < bytes.count else { throw unexpected("the closing quote of a string") }
      let byte = bytes[position]
      if byte >= 0x80 {
        let length = UTF8Validation.sequenceLength(bytes, at: position)
        if length == 0 { throw error(.invalidUTF8, at: position) }
        position += length
        continue
      }
      scratch.append(base + plain, count: position - plain)
      if byte == UInt8(ascii: "\"") {
        position += 1
        return
      }
      guard byte == UInt8(ascii: "\\") else { throw error(.controlCharacter(byte), at: position) }
      try escape()
      plain = position
    }
  }

  /// The first byte from `start` that is a quote, a backslash, a control character or not ASCII.
  @inline(__always)
  private func endOfPlainASCII(_ base: UnsafePointer<UInt8>, from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    var index = start
    while index + 8 <= bytes.count {
      let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
      let quote = word ^ (ones &* 0x22)
      let slash = word ^ (ones &* 0x5C)
      // A borrow can only mark bytes above a true hit, so "none" is exact and a hit is checked below.
      let hits =
        word | (word &- ones &* 0x20) | ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash)
      if hits & tops != 0 { break }
      index += 8
    }
    while index < bytes.count {
      let byte = base[index]
      if byte < 0x20 || byte >= 0x80 || byte == 0x22 || byte == 0x5C { break }
      index += 1
    }
    return index
  }

  private mutating func escape() throws(JSONError) {
    let start = position
    guard position + 1 < bytes.count else {
      position = bytes.count
      throw unexpected("the rest of an escape")
    }
    let letter = bytes[position + 1]
    position += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(letter)
    case UInt8(ascii: "b"): scratch.append(0x08)
    case UInt8(ascii: "f"): scratch.append(0x0C)
    case UInt8(ascii: "n"): scratch.append(0x0A)
    case UInt8(ascii: "r"): scratch.append(0x0D)
    case UInt8(ascii: "t"): scratch.append(0x09)
    case UInt8(ascii: "u"):
      let first = try fourHexDigits()
      guard first & 0xF800 == 0xD800 else {
        scratch.append(scalar: first)
        return
      }
      guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { throw error(.loneSurrogate, at: start) }
      position += 2
      let second = try fourHexDigits()
      guard second & 0xFC00 == 0xDC00 else { throw error(.loneSurrogate, at: start) }
      scratch.append(scalar: 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF))
    default: throw error(.invalidEscape, at: start)
    }
  }

  private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count else { throw unexpected("a hexadecimal digit") }
      let byte = bytes[position]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - 0x30
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - 0x57
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - 0x37
      default: throw unexpected("a hexadecimal digit")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
