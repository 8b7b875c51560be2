import CDiscern
import Discern
import DiscernSystem
import DiscernText

/// The outcome of a row.
enum RowStatus {
  static func of(_ evidence: Classification.Evidence) -> UInt8 {
    switch evidence {
    case .normal: UInt8(DISCERN_ROW_NORMAL)
    case .empty: UInt8(DISCERN_ROW_EMPTY)
    case .allUnknown: UInt8(DISCERN_ROW_ALL_UNKNOWN)
    }
  }

  /// The status of a row without a text, or with one that the command line also rejects; nil for all others.
  static func problem(_ text: UnsafeBufferPointer<UInt8>?) -> UInt8? {
    guard let text else { return UInt8(DISCERN_ROW_NULL) }
    guard let base = text.baseAddress, memchr(base, 0, text.count) != nil else { return nil }
    return UInt8(DISCERN_ROW_HOLDS_NUL)
  }

  /// The status of a text that could not be encoded; nil if the text is not at fault.
  static func problem(_ error: TextError) -> UInt8? {
    switch error {
    case .notUTF8: UInt8(DISCERN_ROW_NOT_UTF8)
    case .textTooLong: UInt8(DISCERN_ROW_TOO_LONG)
    case .invalidLocale, .unknownLanguage, .unknownScript, .unknownRegion, .unicodeLibrary, .htmlParser: nil
    }
  }
}
