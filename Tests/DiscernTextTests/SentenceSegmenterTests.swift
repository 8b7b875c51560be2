import DiscernText
import Testing

@Suite struct SentenceSegmenterTests {
  @Test(
    "sentences of several languages",
    arguments: [
      (
        "en", "Mr. Smith came.  “Really?” Yes! 3.5 stars\nNew line ",
        [
          "Mr. Smith came.", "“Really?”", "Yes!", "3.5 stars", "New line",
        ]
      ),
      ("ja", "今日は。元気ですか？はい！", ["今日は。", "元気ですか？", "はい！"]),
      ("de", "Das ist z.B. gut. Ende.", ["Das ist z.B. gut.", "Ende."]), ("en", "", []),
      ("en", " \n\u{3000} ", []),
      ("", "One. Two.", ["One.", "Two."]),
    ] as [(String, String, [String])])
  func sentences(locale: String, text: String, expected: [String]) throws {
    #expect(try SentenceSegmenter(locale: locale).sentences(of: text) == expected)
  }

  @Test("ranges are of bytes, without white space, and ill-formed UTF-8 does not move them")
  func ranges() throws {
    let segmenter = try SentenceSegmenter()
    var ranges: [Range<Int>] = [0..<99]
    let text: [UInt8] = Array("\u{A0}Né. ".utf8) + [0xFF, 0xC3] + Array(" X.\u{2003}".utf8)
    try text.withUnsafeBufferPointer { bytes throws(TextError) in try segmenter.segment(bytes, into: &ranges)
    }
    #expect(ranges == [2..<6, 7..<12])
    // Reused, for a shorter text in other memory.
    try Array("A b.".utf8).withUnsafeBufferPointer { bytes throws(TextError) in
      try segmenter.segment(bytes, into: &ranges)
    }
    #expect(ranges == [0..<4])
  }

  @Test("random bytes: ranges ascend and never end inside white space")
  func randomBytes() throws {
    let segmenter = try SentenceSegmenter(locale: "th")
    var random = RandomText(seed: 5)
    var ranges: [Range<Int>] = []
    for _ in 0..<2_000 {
      let bytes = random.bytes(upTo: 80)
      try bytes.withUnsafeBufferPointer { text throws(TextError) in try segmenter.segment(text, into: &ranges)
      }
      var last = 0
      for range in ranges {
        #expect(range.lowerBound >= last && range.upperBound <= bytes.count && !range.isEmpty)
        #expect(bytes[range.lowerBound] != 0x20 && bytes[range.upperBound - 1] != 0x20)
        last = range.upperBound
      }
    }
  }

  @Test("a bad locale is an error")
  func badLocale() {
    #expect(throws: TextError.invalidLocale("??")) { try SentenceSegmenter(locale: "??") }
  }
}
