import DiscernText
import TestSupport
import Testing

/// The quick path for ASCII has to cut where ICU's word iterator cuts, for any text.
@Suite struct ASCIIScannerTests {
  /// Letters of all cases, digits, and every kind of mark that has its own rule.
  static let alphabets: [[String]] = [
    (0x20...0x7E).map { String(UnicodeScalar(UInt8($0))) },
    (0x00...0x7F).map { String(UnicodeScalar(UInt8($0))) },
    ["a", "B", "I", "1", "0", ".", "'", ",", ":", ";", "_", "@", "\"", "-", " "],
    ["a", "1", ".", "'", ",", "_", "@"],
    [
      "don't", "can't", "CANNOT", "it's", "I'll", "they're", "I'VE", "wo", "n't", "'s", "'em", "'", "''", "`",
      "x", " ",
    ],
    ["...", "..", ".", "--", "-", "!", "?", " ", "ok", "\r\n", "\t", "3.14", "1,000", "U.S.A."],
    ["longerwordsthaneight", "eightlet", "sevenle", "ninelette", "_", "'", ".", " ", "12345678", "A"],
  ]

  /// 12 × 7 × 1,200 = 100,800 texts.
  @Test(
    "100,000 random ASCII texts give ICU's own tokens",
    arguments: [
      ("en", 0), ("en", 1), ("en", 2), ("en", 3), ("tr", 0), ("sv", 0), ("en-US-POSIX", 0), ("zh", 1),
      ("fi", 2),
      ("th", 0), ("lt", 3), ("az", 4),
    ])
  func randomTexts(locale: String, variant: Int) throws {
    let configuration = TokenizerConfiguration {
      $0.locale = locale
      $0.html = false
      switch variant {
      case 1:
        $0.splitContractions = false
        $0.joinPunctuationRuns = false
      case 2:
        $0.punctuation = .drop
        $0.numbers = .drop
        $0.splitContractions = true
      case 4: $0.numbers = .drop
      case 3:
        $0.numbers = .zero
        $0.lowercase = false
      default: break
      }
    }
    #expect(try Tokenizer(configuration).scansASCII, "ICU's rules for \(locale) are not the scanner's")
    var comparison = try PathComparison(configuration)
    var random = RandomText(seed: UInt64(variant) + UInt64(locale.utf8.reduce(0) { 31 * Int($0) + Int($1) }))
    for alphabet in Self.alphabets {
      for _ in 0..<1_200 {
        let bytes = Array(random.text(of: alphabet, upTo: 24).utf8)
        guard try comparison.expectSameTokens(bytes) else { return }
      }
    }
  }

  @Test("without any option the tokens are ICU's segments less white space")
  func tokensAreSegments() throws {
    let iterator = try WordIterator(locale: "en")
    let session = try Tokenizer(
      TokenizerConfiguration {
        $0.html = false
        $0.lowercase = false
        $0.splitContractions = false
        $0.joinPunctuationRuns = false
      }
    ).makeSession()
    var random = RandomText(seed: 7)
    for alphabet in Self.alphabets where !alphabet.contains("\u{1}") {
      for _ in 0..<500 {
        let text = random.text(of: alphabet, upTo: 30)
        let units = Array(text.utf16)
        let expected = try iterator.segments(units).map { String(decoding: units[$0], as: UTF16.self) }
          .filter { segment in !segment.unicodeScalars.contains { $0.properties.isWhitespace } }
        #expect(try session.tokenize(text) == expected, "\(text.debugDescription)")
      }
    }
  }

  @Test("a word may be cut anywhere by the end of the text")
  func everyPrefix() throws {
    var comparison = try PathComparison(TokenizerConfiguration())
    let text = Array("It's 3.14159 o'clock_at a@b.c, shouldn't've cannot U.S. <br /> i <3 & it... --".utf8)
    for end in 0...text.count {
      let prefix = Array(text[..<end])
      try comparison.expectSameTokens(prefix)
    }
  }

  @Test("many tokens in a text make the buffers grow while it is read")
  func manyTokens() throws {
    let session = try Tokenizer().makeSession()
    var buffer = TokenBuffer()
    let strings = try tokens(Array(String(repeating: "!?", count: 10_000).utf8), session, &buffer)
    #expect(strings.count == 20_000)
    #expect(strings[19_998...] == ["!", "?"])
  }

  @Test("controls count as white space")
  func controls() throws {
    let session = try Tokenizer().makeSession()
    #expect(
      try session.tokenize("a\u{0}b\u{7F}c\u{1B}[0m\u{B}d\u{C}e\r\nf") == [
        "a", "b", "c", "[", "0m", "d", "e", "f",
      ])
  }
}
