/// UTF-8 as RFC 3629 defines it: shortest forms only, no surrogates, nothing above U+10FFFF.
package enum UTF8Validation {
  /// The length of the well-formed sequence that starts at `index`, or 0.
  @inline(__always)
  static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let first = bytes[index]
    if first < 0x80 { return 1 }
    let left = bytes.count - index
    if first < 0xC2 { return 0 }
    if first < 0xE0 {
      return left >= 2 && isContinuation(bytes[index + 1]) ? 2 : 0
    }
    if first < 0xF0 {
      guard left >= 3 else { return 0 }
      let second = bytes[index + 1]
      let low: UInt8 = first == 0xE0 ? 0xA0 : 0x80
      let high: UInt8 = first == 0xED ? 0x9F : 0xBF
      return second >= low && second <= high && isContinuation(bytes[index + 2]) ? 3 : 0
    }
    guard first < 0xF5, left >= 4 else { return 0 }
    let second = bytes[index + 1]
    let low: UInt8 = first == 0xF0 ? 0x90 : 0x80
    let high: UInt8 = first == 0xF4 ? 0x8F : 0xBF
    return second >= low && second <= high && isContinuation(bytes[index + 2])
      && isContinuation(bytes[index + 3]) ? 4 : 0
  }

  /// Whether all of `bytes` is well formed. Cost: linear; eight ASCII bytes at a time.
  package static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    var index = 0
    while index < bytes.count {
      if index + 8 <= bytes.count {
        let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
        if word & 0x8080_8080_8080_8080 == 0 {
          index += 8
          continue
        }
      }
      let length = sequenceLength(bytes, at: index)
      if length == 0 { return false }
      index += length
    }
    return true
  }

  @inline(__always)
  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
