/// Parses the decimal numbers of word-vector files to the nearest `Float`.
///
/// The grammar is `[+-]? (digits [. digits?] | . digits) ([eE] [+-]? digits)?` and nothing else: no
/// infinity, no NaN, no hexadecimal, no decimal comma, whatever the locale.
package enum DecimalFloat {
  package enum Result: Equatable, Sendable {
    case value(Float)
    /// Well-formed but beyond the largest `Float`.
    case overflow
    case malformed
  }

  @inline(__always)
  private static func power(_ exponent: UInt) -> Double {
    powers.withUnsafeBufferPointer { $0[Int(exponent)] }
  }

  /// The powers of ten that a `Double` holds exactly; those up to 10¹⁰ a `Float` does too.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]

  /// Parses the whole of `field`.
  package static func parse(_ field: UnsafeBufferPointer<UInt8>) -> Result {
    guard let start = field.baseAddress else { return .malformed }
    var cursor = start
    let result = parse(&cursor, start + field.count)
    if case .value = result, cursor != start + field.count { return .malformed }
    if case .overflow = result, cursor != start + field.count { return .malformed }
    return result
  }

  /// Parses the longest number at `cursor` and moves `cursor` past it. Does not read `end` or beyond.
  ///
  /// A mantissa up to 2²⁴, multiplied or divided by a power of ten up to 10¹⁰, is one correctly rounded
  /// operation in `Float`; up to 2⁵³ and 10²², it is one in `Double` (Clinger 1990). Rounding the latter once
  /// more to `Float` is wrong only if the `Double` is just between two `Float`s; these numbers, and all
  /// beyond the fast path, take the slow one.
  @inline(__always)
  static func parse(_ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Result {
    let start = cursor
    var position = cursor
    // Without a branch: in word vectors both signs are equally likely.
    let sign = position < end ? position.pointee : 0
    let isNegative: UInt32 = sign == 0x2D ? 1 : 0
    position += Int(isNegative) | (sign == 0x2B ? 1 : 0)
    var mantissa: UInt64 = 0
    var digitCount = 0
    var exponent = 0
    let integerStart = position
    while position < end {
      let digit = position.pointee &- 0x30
      if digit > 9 { break }
      mantissa = mantissa &* 10 &+ UInt64(digit)
      position += 1
    }
    digitCount = position - integerStart
    if position < end, position.pointee == 0x2E {
      position += 1
      let fractionStart = position
      if end - position >= 8 {
        let (value, count) = leadingDigits(UnsafeRawPointer(position))
        mantissa = mantissa &* integerPowers.withUnsafeBufferPointer { $0[count] } &+ value
        position += count
      }
      while position < end {
        let digit = position.pointee &- 0x30
        if digit > 9 { break }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        position += 1
      }
      exponent = fractionStart - position
      digitCount &-= exponent
    }
    guard digitCount > 0 else { return .malformed }
    if position < end, position.pointee | 0x20 == 0x65 {
      position += 1
      var isSmall = false
      if position < end, position.pointee == 0x2D || position.pointee == 0x2B {
        isSmall = position.pointee == 0x2D
        position += 1
      }
      let exponentStart = position
      var written = 0
      while position < end {
        let digit = position.pointee &- 0x30
        if digit > 9 { break }
        written = min(written &* 10 &+ Int(digit), 1 << 20)
        position += 1
      }
      guard position > exponentStart else { return .malformed }
      exponent &+= isSmall ? -written : written
    }
    cursor = position
    // Nineteen digits fit into 64 bits; more may have overflowed.
    if digitCount <= 19, exponent >= -22, exponent <= 22 {
      if mantissa <= 1 << 24, exponent >= -10, exponent <= 10 {
        let power = Float(power(exponent.magnitude))
        let magnitude = exponent < 0 ? Float(mantissa) / power : Float(mantissa) * power
        return .value(Float(bitPattern: magnitude.bitPattern | isNegative << 31))
      }
      if mantissa <= 1 << 53 {
        let power = power(exponent.magnitude)
        let magnitude = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        let isMidway = magnitude.bitPattern & 0x1FFF_FFFF == 0x1000_0000
        if !isMidway, mantissa == 0 || magnitude >= Double(Float.leastNormalMagnitude) {
          let value = Float(magnitude)
          guard value.isFinite else { return .overflow }
          return .value(Float(bitPattern: value.bitPattern | isNegative << 31))
        }
      }
    }
    return parseSlowly(UnsafeBufferPointer(start: start, count: position - start))
  }

  /// The value and the number of the leading decimal digits of eight bytes, all at once (after Lemire 2021,
  /// "Number parsing at a gigabyte per second").
  @inline(__always)
  private static func leadingDigits(_ bytes: UnsafeRawPointer) -> (UInt64, Int) {
    let digits = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) ^ 0x3030_3030_3030_3030
    // The lowest bit set belongs to the first byte that is over 9.
    let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
    let count = others.trailingZeroBitCount >> 3
    if count == 0 { return (0, 0) }
    // Zeros are put before the digits; then pairs, fours and all eight are combined.
    let aligned = digits << UInt64(64 &- 8 &* count)
    let pairs = (aligned &* 10 &+ aligned >> 8) & 0x00FF_00FF_00FF_00FF
    let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
    return ((fours &* 10_000 &+ fours >> 32) & 0xFFFF_FFFF, count)
  }

  /// 10⁰ to 10⁸.
  private static let integerPowers: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]

  /// The standard library's conversion, which is correctly rounded and independent of the locale, for text
  /// that is known to be a number.
  @inline(never)
  private static func parseSlowly(_ field: UnsafeBufferPointer<UInt8>) -> Result {
    guard let value = Float(String(decoding: field, as: UTF8.self)) else { return .malformed }
    return value.isFinite ? .value(value) : .overflow
  }
}
