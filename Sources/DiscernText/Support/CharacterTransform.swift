import CICU

/// Normalises and lower-cases UTF-16 with ICU.
struct CharacterTransform {
  let lowercase: Bool
  let isCompatibility: Bool
  private let normalizer: OpaquePointer?
  private let markRuns: MarkRuns?
  private let locale: String

  init(_ configuration: TokenizerConfiguration) throws(TextError) {
    try self.init(
      configuration.normalization, lowercase: configuration.lowercase,
      locale: UnicodeLibrary.localeIdentifier(configuration.locale))
  }

  init(
    _ normalization: TokenizerConfiguration.Normalization, lowercase: Bool, locale: String
  ) throws(TextError) {
    self.locale = locale
    self.lowercase = lowercase
    isCompatibility = normalization == .nfkc
    var status: Int32 = 0
    switch normalization {
    case .nfc: normalizer = discern_icu_normalizer(false, &status)
    case .nfkc: normalizer = discern_icu_normalizer(true, &status)
    case .none: normalizer = nil
    }
    try UnicodeLibrary.check(status, "unorm2_getInstance")
    if let normalizer {
      markRuns = try MarkRuns(normalizer, isCompatibility: isCompatibility)
    } else {
      markRuns = nil
    }
  }

  /// The transformed text; nil if ICU fails.
  func callAsFunction(_ text: String) -> String? {
    var (units, other) = (ScratchBuffer<UInt16>(), ScratchBuffer<UInt16>())
    for unit in text.utf16 { units.append(unit) }
    guard (try? apply(&units, &other)) != nil else { return nil }
    return String(decoding: UnsafeBufferPointer(start: units.base, count: units.count), as: UTF16.self)
  }

  /// Transforms `units`; `other` is scratch memory, and the two may be swapped.
  func apply(_ units: inout ScratchBuffer<UInt16>, _ other: inout ScratchBuffer<UInt16>) throws(TextError) {
    try normalize(&units, &other)
    guard lowercase else { return }
    try transform("u_strToLower", &units, &other) { source, count, target, capacity, status in
      discern_icu_toLower(target, capacity, source, count, locale, &status)
    }
    // Lower-casing can leave a letter and a mark that have a composed form: J + U+030C, ǰ.
    try normalize(&units, &other)
  }

  private func normalize(
    _ units: inout ScratchBuffer<UInt16>, _ other: inout ScratchBuffer<UInt16>
  ) throws(TextError) {
    guard let normalizer else { return }
    var status: Int32 = 0
    let span = discern_icu_normalizedSpan(normalizer, units.base, Int32(units.count), &status)
    try UnicodeLibrary.check(status, "unorm2_spanQuickCheckYes")
    if Int(span) == units.count { return }
    try markRuns?.sort(&units, &other, from: Int(span))
    try transform("unorm2_normalize", &units, &other) { source, count, target, capacity, status in
      discern_icu_normalize(normalizer, source, count, target, capacity, &status)
    }
  }

  /// Replaces the text by the result of an ICU function, which is called again if it needs more room.
  private func transform(
    _ name: String, _ units: inout ScratchBuffer<UInt16>, _ other: inout ScratchBuffer<UInt16>,
    _ function: (UnsafePointer<UInt16>, Int32, UnsafeMutablePointer<UInt16>, Int32, inout Int32) -> Int32
  ) throws(TextError) {
    other.count = 0
    other.reserve(units.count + 16)
    var status: Int32 = 0
    var length = function(
      units.base, Int32(units.count), other.base, Int32(clamping: other.capacity), &status)
    if status == DISCERN_ICU_OVERFLOW {
      other.reserve(Int(length) + 1)
      status = 0
      length = function(units.base, Int32(units.count), other.base, Int32(clamping: other.capacity), &status)
    }
    try UnicodeLibrary.check(status, name)
    other.count = Int(length)
    swap(&units, &other)
  }
}
