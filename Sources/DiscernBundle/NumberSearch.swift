/// Finds the number that Foundation's decoder refuses (`8.5` or `1e300` for a whole number) without a word of
/// where it is.
enum NumberSearch {
  /// The error that names the number's place, or nil if no number is to blame.
  ///
  /// - Parameters:
  ///   - bytes: valid JSON.
  ///   - failure: decodes other bytes of the same length.
  static func failure(in bytes: [UInt8], _ failure: ([UInt8]) -> DecodingError?) -> DecodingError? {
    let numbers = oddNumbers(in: bytes)
    func isRefused(without count: Int) -> Bool {
      var text = bytes
      for range in numbers.prefix(count) { replace(range, "0", in: &text) }
      guard case .dataCorrupted(let context)? = failure(text) else { return false }
      return context.codingPath.isEmpty
    }
    var refused = 0
    var taken = numbers.count
    guard taken > 0, !isRefused(without: taken) else { return nil }
    while taken - refused > 1 {
      let middle = (refused + taken) / 2
      if isRefused(without: middle) { refused = middle } else { taken = middle }
    }
    // An empty string in its place is refused with its place.
    var text = bytes
    for range in numbers.prefix(refused) { replace(range, "0", in: &text) }
    replace(numbers[refused], "\"\"", in: &text)
    return failure(text)
  }

  /// Where numbers are that no 64-bit integer is written as; they have at least three characters.
  private static func oddNumbers(in bytes: [UInt8]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var position = 0
    while position < bytes.count {
      let start = position
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
          position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        while position + 1 < bytes.count, "+-.eE0123456789".utf8.contains(bytes[position + 1]) {
          position += 1
        }
        let range = start..<position + 1
        if Int(String(decoding: bytes[range], as: UTF8.self)) == nil { result.append(range) }
      default: break
      }
      position += 1
    }
    return result
  }

  private static func replace(_ range: Range<Int>, _ text: String, in bytes: inout [UInt8]) {
    let filled =
      Array(text.utf8) + [UInt8](repeating: UInt8(ascii: " "), count: range.count - text.utf8.count)
    bytes.replaceSubrange(range, with: filled)
  }
}
