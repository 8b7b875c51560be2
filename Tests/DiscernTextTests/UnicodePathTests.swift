import DiscernText
import Foundation
import TestSupport
import Testing

/// Text is cut at ASCII white space and only the pieces that are not ASCII go to ICU. The tokens have to
/// be those that ICU finds in the whole text.
@Suite struct UnicodePathTests {
  /// Characters with their own rules: marks, joiners, formats, spaces of many kinds, letters whose
  /// case mapping looks at its neighbours, scripts with dictionaries, emoji.
  static let pieces: [String] = [
    "a", "I", "J", "i", "don", "'", "’", "t", "s", ".", ",", "1", "_", "-", "@", " ", "  ", "\n", "\r\n",
    "\t",
    "é", "ß", "İ", "ı", "Σ", "σ", "ΟΔΟΣ", "\u{300}", "\u{301}", "\u{307}", "\u{308}", "\u{30C}", "\u{327}",
    "\u{338}", "=", "\u{AD}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{200E}", "\u{2060}", "\u{FEFF}",
    "\u{85}",
    "\u{A0}", "\u{2003}", "\u{2028}", "\u{2029}", "\u{3000}", "\u{180E}", "א", "ב", "\"", "״", "ا", "ل",
    "\u{651}",
    "हि", "\u{94D}", "न्दी", "カタ", "ー", "ひら", "日本", "語", "中文", "。", "ไทย", "ภาษา", "ກາ", "ខ្មែរ", "မြန်",
    "\u{1100}", "\u{1161}", "\u{11A8}", "각", "👨", "👩", "🏽", "❤", "\u{FE0F}", "🇩", "🇪", "#", "\u{20E3}", "½",
    "²", "٣", "３", "Ａ", "ﬁ", "…", "“", "”", "´", "ʼ", "‘", "\u{FFFD}", "\u{FFFE}", "\u{F8FF}", "\u{1D160}",
    "𝐀", "\u{E0067}",
  ]

  @Test(
    "random Unicode texts in pieces give the tokens of the whole",
    arguments: [
      ("en", TokenizerConfiguration.Normalization.nfc), ("en", .nfkc), ("en", .none), ("tr", .nfc),
      ("lt", .nfc),
      ("el", .nfkc), ("ja", .nfc), ("th", .none), ("he", .nfc), ("sv", .nfc),
    ])
  func randomTexts(locale: String, normalization: TokenizerConfiguration.Normalization) throws {
    for (seed, numbers) in TokenizerConfiguration.Numbers.allCases.enumerated() {
      var comparison = try PathComparison(
        TokenizerConfiguration {
          $0.locale = locale
          $0.normalization = normalization
          $0.numbers = numbers
          $0.punctuation = seed == 1 ? .drop : .keep
          $0.html = false
        })
      var random = RandomText(seed: UInt64(seed))
      for _ in 0..<1_000 {
        let bytes = Array(random.text(of: Self.pieces, upTo: 16).utf8)
        guard try comparison.expectSameTokens(bytes) else { return }
      }
    }
  }

  @Test("random bytes never fail, and give the same on both paths")
  func randomBytes() throws {
    var comparison = try PathComparison(TokenizerConfiguration())
    var random = RandomText(seed: 3)
    for _ in 0..<5_000 {
      let bytes = random.bytes(upTo: 60)
      guard try comparison.expectSameTokens(bytes) else { return }
    }
  }

  /// Expected by Python:
  /// `for b in cases: print(bytes(b).decode("utf-8", errors="replace").count("\ufffd"))`
  @Test(
    "ill-formed sequences become U+FFFD, one for each maximal subpart",
    arguments: [
      ([0x80], 1), ([0xC3], 1), ([0xC3, 0x28], 1), ([0xE2, 0x82], 1), ([0xE2, 0x28, 0xA1], 2),
      ([0xF0, 0x9F, 0x98], 1), ([0xF0, 0x28, 0x8C, 0xBC], 3), ([0xED, 0xA0, 0x80], 3), ([0xC0, 0xAF], 2),
      ([0xF4, 0x90, 0x80, 0x80], 4), ([0xFF, 0xFE], 2), ([0xE0, 0x80, 0x80], 3),
      ([0xF0, 0x80, 0x80, 0x41], 3),
      ([0xF1, 0x80, 0xE1, 0x80], 2), ([0xC2, 0x41, 0xC2], 2),
    ] as [([UInt8], Int)])
  func repairs(bytes: [UInt8], expected: Int) throws {
    let session = try Tokenizer().makeSession()
    var buffer = TokenBuffer()
    let strings = try tokens([0x61] + bytes, session, &buffer)
    #expect(buffer.repairedSequenceCount == expected)
    #expect(strings.joined().unicodeScalars.filter { $0 == "\u{FFFD}" }.count == expected)
    // Swift's own decoder repairs in the same way.
    #expect(
      String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0 == "\u{FFFD}" }.count == expected)
    // A text without flaws resets the count.
    _ = try tokens([0x61], session, &buffer)
    #expect(buffer.repairedSequenceCount == 0)
  }

  @Test("invisible characters vanish or separate")
  func invisible() throws {
    let session = try Tokenizer().makeSession()
    #expect(
      try session.tokenize("\u{FEFF}Mo\u{AD}vie\u{200E} a\u{200B}b c\u{85}d e\u{96}f") == [
        "movie", "a", "b", "c", "d", "e", "f",
      ])
    #expect(try session.tokenize("\u{301}a  \u{301}b") == ["\u{301}", "a", "\u{301}", "b"])
  }

  @Test("normalisation: composed, compatible, or as it comes")
  func normalization() throws {
    let text = "Cafe\u{301} ﬁn Ａ J\u{30C}"
    func bytes(_ form: TokenizerConfiguration.Normalization) throws -> [[UInt8]] {
      let configuration = TokenizerConfiguration { $0.normalization = form }
      return try Tokenizer(configuration).makeSession().tokenize(text).map { Array($0.utf8) }
    }
    #expect(try bytes(.nfc) == ["caf\u{E9}", "ﬁn", "ａ", "\u{1F0}"].map { Array($0.utf8) })
    #expect(try bytes(.nfkc) == ["caf\u{E9}", "fin", "a", "\u{1F0}"].map { Array($0.utf8) })
    #expect(try bytes(.none) == ["cafe\u{301}", "ﬁn", "ａ", "j\u{30C}"].map { Array($0.utf8) })
  }

  @Test("characters that need neither normalisation nor lower-casing come out as Foundation has them")
  func plainCharacters() throws {
    for form in [TokenizerConfiguration.Normalization.nfc, .nfkc] {
      let session = try Tokenizer(
        TokenizerConfiguration {
          $0.locale = "zh"
          $0.normalization = form
          $0.html = false
        }
      ).makeSession()
      for range in [0x21...0x7E, 0x2010...0x2027, 0x3001...0x3029, 0x4E00...0x9FEF, 0xFF01...0xFF20] {
        // A separate piece for each.
        let pieces = range.compactMap { Unicode.Scalar(UInt32($0)).map { "x\(Character($0))" } }
        let text = pieces.joined(separator: " ")
        let normal =
          form == .nfc
          ? text.precomposedStringWithCanonicalMapping : text.precomposedStringWithCompatibilityMapping
        let tokens = try session.tokenize(text).joined()
        #expect(Array(tokens.utf8) == Array(normal.lowercased().utf8.filter { $0 != 0x20 }))
      }
    }
  }
}
