import CICU

/// Helpers shared by the wrappers of ICU.
enum UnicodeLibrary {
  static let version: String = {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(DISCERN_ICU_VERSION_CAPACITY)) { text in
      guard let start = text.baseAddress else { return "" }
      discern_icu_version(start)
      return String(cString: start)
    }
  }()

  /// Throws if a function of ICU failed; warnings, which are negative, are no failures.
  static func check(_ status: Int32, _ function: String) throws(TextError) {
    guard status > 0 else { return }
    throw .unicodeLibrary(function: function, error: String(cString: discern_icu_errorName(status)))
  }

  /// ICU's own identifier for a language tag; `en_US` is taken as `en-US`, the empty string as root.
  static func localeIdentifier(_ name: String) throws(TextError) -> String {
    guard !name.isEmpty else { return "root" }
    guard name.utf8.count <= 100, !name.utf8.contains(0) else { throw .invalidLocale(name) }
    let tag = String(
      decoding: name.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
    var identifier = [CChar](repeating: 0, count: 256)
    var parsed: Int32 = 0
    var status: Int32 = 0
    let length = discern_icu_localeForTag(tag, &identifier, Int32(identifier.count), &parsed, &status)
    guard status <= 0, Int(parsed) == tag.utf8.count else {
      throw .invalidLocale(name)
    }
    let text = String(decoding: identifier.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard discern_icu_knowsLanguage(text) else {
      throw .unknownLanguage(name, nearest: Language.nearest(to: name))
    }
    guard discern_icu_knowsScript(text) else { throw .unknownScript(name) }
    guard discern_icu_knowsRegion(text) else { throw .unknownRegion(name) }
    return text.isEmpty ? "root" : text
  }
}
