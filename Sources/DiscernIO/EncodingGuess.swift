import CICU

/// A guess at the encoding of bytes that are not UTF-8.
package enum EncodingGuess {
  /// The encodings that are distinguished: those common on the web and in offices.
  private static let common: Set = [
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
    "windows-1256", "ISO-8859-2", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7", "ISO-8859-8", "ISO-8859-9",
    "KOI8-R", "GB18030", "Big5", "Shift_JIS", "EUC-JP", "EUC-KR", "ISO-2022-JP", "ISO-2022-KR",
    "ISO-2022-CN",
  ]

  /// The most probable encoding, by ICU's detector, in which the first 64 KiB are valid; nil if there is
  /// none.
  package static func likeliest(_ bytes: UnsafeBufferPointer<UInt8>) -> TextEncoding? {
    if let wide = wide(bytes) { return wide }
    let sample = UnsafeBufferPointer(rebasing: bytes.prefix(1 << 16))
    guard let base = sample.baseAddress, !sample.isEmpty else { return nil }
    let western = TextEncoding(known: "windows-1252")
    if hasFewAccents(sample), isValid(sample, in: western) { return western }
    var count: Int32 = 0
    var status: Int32 = 0
    guard let detector = discern_icu_openDetector(base, Int32(sample.count), &count, &status) else {
      return nil
    }
    defer { discern_icu_closeDetector(detector) }
    var names: [String] = []
    for index in 0..<count {
      var confidence: Int32 = 0
      guard let name = discern_icu_guess(detector, index, &confidence).map({ String(cString: $0) }) else {
        continue
      }
      // Latin-1 is read as its superset everywhere.
      names.append(name == "ISO-8859-1" ? "windows-1252" : name)
    }
    for name in names + ["windows-1252"] where common.contains(name) {
      let encoding = TextEncoding(known: name)
      if isValid(sample, in: encoding) { return encoding }
    }
    return nil
  }

  /// Whether there are only a few non-ASCII bytes, no two of them adjacent: accents and quotation marks of a
  /// Western text, too few for statistics, which would take them for Polish or Chinese.
  private static func hasFewAccents(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let places = bytes.indices.lazy.filter { bytes[$0] >= 0x80 }.prefix(8)
    return places.count < 8 && zip(places, places.dropFirst()).allSatisfy { $1 - $0 > 1 }
  }

  /// UTF-16 and UTF-32 without a mark, recognised by the positions of the zero bytes of ASCII characters.
  package static func wide(_ bytes: UnsafeBufferPointer<UInt8>) -> TextEncoding? {
    let sample = bytes.prefix(1 << 12)
    var zeros = [0, 0, 0, 0]
    for (index, byte) in sample.enumerated() where byte == 0 { zeros[index & 3] += 1 }
    let units = sample.count / 4
    guard units > 0, zeros.contains(where: { $0 > 0 }) else { return nil }
    let often = zeros.map { $0 * 10 > units * 7 }
    switch (often[0], often[1], often[2], often[3]) {
    case (true, true, _, false): return TextEncoding(known: "UTF-32BE")
    case (false, _, true, true): return TextEncoding(known: "UTF-32LE")
    default: break
    }
    let (even, odd) = (zeros[0] + zeros[2], zeros[1] + zeros[3])
    if even == 0, often[1], often[3] { return TextEncoding(known: "UTF-16LE") }
    if odd == 0, often[0], often[2] { return TextEncoding(known: "UTF-16BE") }
    // For a text that is not ASCII, a few zeros are enough if a line end is among them and all is valid.
    let name = even * 20 <= odd ? "UTF-16LE" : "UTF-16BE"
    let lineEnd: [UInt8] = even * 20 <= odd ? [0x0A, 0] : [0, 0x0A]
    let hasLineEnd = stride(from: 0, to: sample.count - 1, by: 2).contains {
      sample[$0] == lineEnd[0] && sample[$0 + 1] == lineEnd[1]
    }
    let encoding = TextEncoding(known: name)
    guard min(even, odd) * 20 <= max(even, odd), even + odd > 1, hasLineEnd,
      isValid(UnsafeBufferPointer(rebasing: sample), in: encoding)
    else { return nil }
    return encoding
  }

  private static func isValid(_ bytes: UnsafeBufferPointer<UInt8>, in encoding: TextEncoding) -> Bool {
    guard let converter = EncodingConverter(encoding) else { return false }
    var text = ByteBuffer(capacity: bytes.count * 2)
    // The sample may end in the middle of a sequence.
    converter.convert(bytes, isLast: false, into: &text)
    return !text.bytes.contains(0xFF)
  }
}
