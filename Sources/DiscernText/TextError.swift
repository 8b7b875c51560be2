import DiscernIO

/// An error on the way from raw bytes to tokens.
///
/// Broken text is not an error: it is repaired and counted (`TokenBuffer.repairedSequenceCount`).
public enum TextError: Hashable, KnownFailure {
  /// The locale is not a language tag such as `en`, `pt-BR` or `tr_TR`.
  case invalidLocale(String)
  /// ICU does not know the locale's language; `nearest` are languages with similar names.
  case unknownLanguage(String, nearest: [String])
  /// ICU does not know the locale's script.
  case unknownScript(String)
  /// ICU does not know the locale's region.
  case unknownRegion(String)
  /// A text is longer than the limit that a tokenizer's offsets allow.
  case textTooLong(bytes: Int, limit: Int)
  /// A text, counted from 1, is not valid UTF-8.
  case notUTF8(place: Int)
  /// A function of ICU failed, for lack of memory or of its data files.
  case unicodeLibrary(function: String, error: String)
  /// libxml2 gave up on a text, for lack of memory.
  case htmlParser(code: Int, consumed: Int, bytes: Int)

  public var kind: ErrorKind { .badInput }

  public var description: String {
    switch self {
    case .invalidLocale(let name):
      "The locale “\(name)” is not a language tag; write one such as “en”, “pt-BR” or “tr”."
    case .unknownLanguage(let name, let nearest):
      "ICU knows no language “\(name)”"
        + (nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: " or "))?")
    case .unknownScript(let name):
      "ICU knows no script such as that of the locale “\(name)”; write one such as “zh-Hant”, or none."
    case .unknownRegion(let name):
      "ICU knows no country such as that of the locale “\(name)”; write it as ISO 3166 does, such as "
        + "“en-GB”, "
        + "or leave it out."
    case .textTooLong(let bytes, let limit):
      "One text of \(bytes) bytes is longer than the limit of \(limit) bytes; split it into several texts."
    case .notUTF8(let place):
      "Text \(place) is not valid UTF-8; convert it from its encoding."
    case .unicodeLibrary(let function, let error):
      "ICU's \(function) failed with \(error); check that ICU and its data are installed completely."
    case .htmlParser(let code, let consumed, let bytes):
      "libxml2 stopped with error \(code) after \(consumed) of \(bytes) bytes of markup; "
        + "free some memory, or turn HTML conversion off for this data."
    }
  }
}
