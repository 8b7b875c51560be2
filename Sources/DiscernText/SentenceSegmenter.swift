import CICU

/// Cuts text into sentences with ICU's sentence iterator.
///
/// ICU's list of abbreviations for the locale is used (`Mr. Smith` is not two sentences in English). A
/// segmenter owns an iterator: make one for each thread.
public final class SentenceSegmenter {
  private let iterator: OpaquePointer

  /// - Parameter locale: a language tag such as `en` or `ja`.
  /// - Throws: `TextError` for a locale that ICU does not know, or if ICU's data is missing.
  public init(locale: String = "en") throws(TextError) {
    let identifier = try UnicodeLibrary.localeIdentifier(locale)
    var status: Int32 = 0
    let keyword = identifier.contains("@") ? ";ss=standard" : "@ss=standard"
    guard let opened = discern_icu_openSentences(identifier + keyword, &status) else {
      try UnicodeLibrary.check(status, "ubrk_open")
      throw .unicodeLibrary(function: "ubrk_open", error: "no iterator")
    }
    iterator = opened
  }

  deinit { discern_icu_close(iterator) }

  /// Replaces the content of `sentences` by the sentences of a text, as ranges of its bytes.
  ///
  /// White space at either end of a sentence is left out, and so are sentences of only white space.
  /// Ill-formed UTF-8 is read as U+FFFD.
  ///
  /// - Throws: `TextError.textTooLong` beyond `TokenizerSession.longestText` bytes.
  public func segment(
    _ utf8: UnsafeBufferPointer<UInt8>, into sentences: inout [Range<Int>]
  ) throws(TextError) {
    sentences.removeAll(keepingCapacity: true)
    guard let start = utf8.baseAddress, !utf8.isEmpty else { return }
    guard utf8.count <= TokenizerSession.longestText else {
      throw .textTooLong(bytes: utf8.count, limit: TokenizerSession.longestText)
    }
    var status: Int32 = 0
    discern_icu_setUTF8(iterator, start, Int64(utf8.count), &status)
    try UnicodeLibrary.check(status, "ubrk_setUText")

    var lower = 0
    while true {
      let next = discern_icu_next(iterator)
      guard next >= 0 else { return }
      let sentence = Self.trimmed(lower..<Int(next), start)
      if !sentence.isEmpty { sentences.append(sentence) }
      lower = Int(next)
    }
  }

  /// The sentences of a string.
  ///
  /// - Throws: as `segment(_:into:)`.
  public func sentences(of text: String) throws(TextError) -> [String] {
    var ranges: [Range<Int>] = []
    return try Array(text.utf8).withUnsafeBufferPointer { bytes throws(TextError) in
      try segment(bytes, into: &ranges)
      return ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
    }
  }

  private static func trimmed(_ range: Range<Int>, _ text: UnsafePointer<UInt8>) -> Range<Int> {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    while lower < upper {
      let step =
        text[lower] < 0x80
        ? UTF8Decoder.Step(scalar: UInt32(text[lower]), length: 1, isRepaired: false)
        : UTF8Decoder.decode(text, lower, upper)
      guard isWhiteSpace(step.scalar) else { break }
      lower += step.length
    }
    while lower < upper {
      var first = upper - 1
      while first > lower, upper - first < 4, text[first] & 0xC0 == 0x80 { first -= 1 }
      let scalar = text[first] < 0x80 ? UInt32(text[first]) : UTF8Decoder.decode(text, first, upper).scalar
      guard isWhiteSpace(scalar) else { break }
      upper = first
    }
    return lower..<upper
  }

  private static func isWhiteSpace(_ scalar: UInt32) -> Bool {
    scalar < 0x80 ? scalar <= 0x20 || scalar == 0x7F : discern_icu_isWhiteSpace(scalar)
  }
}
