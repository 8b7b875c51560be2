import CICU

/// An encoding that ICU can read.
public struct TextEncoding: Sendable, Hashable, CustomStringConvertible {
  /// Its name on the internet, such as `windows-1252`.
  public let name: String

  /// Nil unless ICU knows `name`; letter case, `-` and `_` do not matter.
  public init?(_ name: String) {
    guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      let converter = EncodingConverter(name: name)
    else { return nil }
    self.name = converter.name
  }

  /// For names that are known to be valid.
  init(known name: String) { self.name = name }

  package static let utf8 = TextEncoding(known: "UTF-8")

  package var isUTF8: Bool { self == .utf8 }

  public var description: String { name }

  /// A few usual names and the one probably meant by `name`, for messages about a name that ICU does not
  /// know.
  public static func hint(for name: String) -> String {
    var known: [String] = []
    for index in 0..<discern_icu_encodingCount() {
      guard let encoding = discern_icu_encoding(index) else { continue }
      known.append(String(cString: encoding))
      for alias in 0..<discern_icu_aliasCount(encoding) {
        if let alias = discern_icu_alias(encoding, alias) { known.append(String(cString: alias)) }
      }
    }
    let suggestion = NearestName.nearest(to: name, among: known).map { "did you mean “\($0)”? " } ?? ""
    return suggestion + "Among those that ICU knows are utf-16, windows-1252, iso-8859-15, windows-1251, "
      + "koi8-r, gb18030, big5, shift_jis and euc-kr"
  }
}

/// Converts bytes in an encoding to UTF-8, block by block.
///
/// Invalid input becomes one byte 0xFF, which UTF-8 never contains, so that a check of the result
/// finds it in its place.
package final class EncodingConverter {
  /// The encoding's name on the internet or, if it has none, in ICU.
  let name: String
  private let converter: OpaquePointer
  /// A high surrogate whose other half is expected next.
  private var lead: UInt32?
  private let units: UnsafeMutableBufferPointer<UInt16>

  package convenience init?(_ encoding: TextEncoding) { self.init(name: encoding.name) }

  init?(name: String) {
    var status: Int32 = 0
    guard let converter = discern_icu_openConverter(name, &status) else { return nil }
    self.converter = converter
    self.name = discern_icu_converterName(converter).map { String(cString: $0) } ?? name
    units = .allocate(capacity: 4096)
  }

  deinit {
    discern_icu_closeConverter(converter)
    units.deallocate()
  }

  /// Resets the state.
  package func reset() {
    discern_icu_resetConverter(converter)
    lead = nil
  }

  /// Appends the UTF-8 of the next bytes.
  ///
  /// - Parameter isLast: whether nothing follows, so that an unfinished sequence is invalid.
  package func convert(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, into result: inout ByteBuffer) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { nothing in
      guard let none = nothing.baseAddress, let target = units.baseAddress else { return }
      var source = bytes.baseAddress ?? UnsafePointer(none)
      let end = source + bytes.count
      var isStuck = false
      while true {
        var status: Int32 = 0
        let before = source
        let written = discern_icu_convert(
          converter, &source, end, target, Int32(units.count), isLast, &status)
        for unit in units[..<Int(written)] { append(unit, to: &result) }
        if status == DISCERN_ICU_OVERFLOW { continue }
        if status <= 0 { break }
        appendInvalid(to: &result)
        if source == end && !isLast || isStuck { break }
        isStuck = source == before && written == 0
      }
      if isLast, lead != nil { appendInvalid(to: &result) }
    }
  }

  private func appendInvalid(to result: inout ByteBuffer) {
    lead = nil
    result.append(0xFF)
  }

  private func append(_ unit: UInt16, to result: inout ByteBuffer) {
    let value = UInt32(unit)
    switch (lead, value) {
    case (let high?, 0xDC00...0xDFFF):
      result.append(scalar: 0x10000 + (high - 0xD800) << 10 + (value - 0xDC00))
      lead = nil
    case (_, 0xD800...0xDBFF):
      if lead != nil { appendInvalid(to: &result) }
      lead = value
    case (_, 0xDC00...0xDFFF): appendInvalid(to: &result)
    default:
      if lead != nil { appendInvalid(to: &result) }
      result.append(scalar: value)
    }
  }
}
