import DiscernText
import Foundation
import TestSupport
import Testing

@Suite struct TokenizerTests {
  private func tokens(_ text: String, _ change: (inout TokenizerConfiguration) -> Void = { _ in }) throws
    -> [String]
  {
    try Tokenizer(TokenizerConfiguration(change)).makeSession().tokenize(text)
  }

  @Test(
    "languages",
    arguments: [
      (
        "en", "The MOVIE was so-so, 3.5/10!",
        ["the", "movie", "was", "so", "-", "so", ",", "3.5", "/", "10", "!"]
      ),
      (
        "en", "see https://example.org/a or john@example.org",
        [
          "see", "https", ":", "/", "/", "example.org", "/", "a", "or", "john@example.org",
        ]
      ),
      ("tr", "IŞIK İstanbul Iğdır DIŞ", ["ışık", "istanbul", "ığdır", "dış"]),
      ("tr", "I I.I AI", ["ı", "ı.ı", "aı"]),
      ("en", "IŞIK İstanbul", ["işik", "i\u{307}stanbul"]),
      ("el", "ΟΔΥΣΣΕΥΣ ΌΣΟΣ.", ["οδυσσευς", "όσος", "."]),
      ("de", "STRASSE Straße ẞ", ["strasse", "straße", "ß"]),
      ("zh", "我喜欢吃北京烤鸭，味道好极了！", ["我", "喜欢", "吃", "北京", "烤鸭", "，", "味道", "好", "极了", "！"]),
      ("ja", "東京都に住んでいます。カタカナ", ["東京", "都", "に", "住", "んで", "い", "ます", "。", "カタカナ"]),
      ("th", "ภาษาไทยไม่มีช่องว่าง", ["ภาษา", "ไทย", "ไม่มี", "ช่อง", "ว่าง"]),
      ("ar", "مرحبا بالعالم، كيف حالك؟", ["مرحبا", "بالعالم", "،", "كيف", "حالك", "؟"]),
      ("en", "👨‍👩‍👧‍👦👍🏽 🇩🇪🇫🇷 ❤️ 1️⃣!", ["👨‍👩‍👧‍👦", "👍🏽", "🇩🇪", "🇫🇷", "❤️", "1️⃣", "!"]),
      ("sv", "EU:s k:a", ["eu:s", "k:a"]), ("en", "EU:s", ["eu", ":", "s"]),
      ("fr", "L'été, c'est ÇA", ["l'été", ",", "c'est", "ça"]),
      ("en", "", []), ("en", " \n\t ", []),
    ] as [(String, String, [String])])
  func languages(locale: String, text: String, expected: [String]) throws {
    let found = try tokens(text) { $0.locale = locale }
    #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "\(found)")
  }

  /// As split by the Penn Treebank's and Stanford's tokenizers, which produced GloVe's vocabulary.
  @Test(
    "English contractions",
    arguments: [
      ("don't", ["do", "n't"]), ("Can't", ["ca", "n't"]), ("WON'T", ["wo", "n't"]), ("ain't", ["ai", "n't"]),
      ("it's", ["it", "'s"]), ("they're", ["they", "'re"]), ("I'll", ["i", "'ll"]), ("I've", ["i", "'ve"]),
      ("I'd", ["i", "'d"]), ("I'm", ["i", "'m"]), ("cannot", ["can", "not"]), ("Cannots", ["cannots"]),
      ("John's", ["john", "'s"]), ("the dogs' bowl", ["the", "dogs", "'", "bowl"]),
      ("shouldn't've", ["should", "n't", "'ve"]), ("who'd've", ["who", "'d", "'ve"]),
      ("don’t John’s", ["do", "n't", "john", "'s"]), ("café’s", ["café", "'s"]), ("don´t", ["do", "n't"]),
      ("don‘t", ["do", "n't"]), ("wo n't it 's", ["wo", "n't", "it", "'s"]),
      (
        "they 're we 've I 'll he 'd I 'm",
        [
          "they", "'re", "we", "'ve", "i", "'ll", "he", "'d", "i", "'m",
        ]
      ),
      ("1970's", ["1970", "'s"]), ("\"Alien\"'s", ["\"", "alien", "\"", "'s"]), ("get 'em", ["get", "'em"]),
      ("'Tis o'clock O'Brien", ["'", "tis", "o'clock", "o'brien"]), ("'save", ["'", "save"]),
      ("a's's's's's's", ["a's's", "'s", "'s", "'s", "'s"]), ("''s", ["''", "s"]), ("n't", ["n't"]),
    ] as [(String, [String])])
  func contractions(text: String, expected: [String]) throws {
    #expect(try tokens(text) == expected)
    // Without: ICU's words; the tokens still spell the text.
    let whole = try tokens(text) { $0.splitContractions = false }
    #expect(whole.joined() == text.lowercased().filter { $0 != " " })
  }

  @Test("contractions are split in English only, unless asked for")
  func contractionsByLocale() throws {
    #expect(try tokens("don't") { $0.locale = "de" } == ["don't"])
    #expect(try tokens("don’t") { $0.locale = "de" } == ["don’t"])
    #expect(try tokens("don't") { $0.locale = "en_GB" } == ["do", "n't"])
    #expect(
      try tokens("don't") {
        $0.locale = "de"
        $0.splitContractions = true
      } == ["do", "n't"])
    #expect(try tokens("DON'T IT'S") { $0.lowercase = false } == ["DO", "N'T", "IT", "'S"])
  }

  @Test("runs of dots, hyphens and quotes")
  func runs() throws {
    let text = "wait... no.. ..... a--b --- !!! ?! ''hi'' ``x`` ''' - ."
    #expect(
      try tokens(text) == [
        "wait", "...", "no", ".", ".", "...", "a", "--", "b", "--", "!", "!", "!", "?", "!", "''", "hi", "''",
        "``",
        "x", "``", "''", "'", "-", ".",
      ])
    #expect(try tokens("a...--") { $0.joinPunctuationRuns = false } == ["a", ".", ".", ".", "-", "-"])
  }

  @Test("punctuation can be left out; emoji stay")
  func punctuation() throws {
    let drop: (inout TokenizerConfiguration) -> Void = { $0.punctuation = .drop }
    #expect(
      try tokens("Well... it 's $5, “so-so” <3 ___ + 😀!", drop) == [
        "well", "it", "'s", "5", "so", "so", "3", "😀",
      ])
    #expect(
      try tokens(
        "好吃，便宜！",
        {
          drop(&$0)
          $0.locale = "zh"
        }) == ["好吃", "便宜"])
  }

  @Test("numbers can be masked or left out")
  func numbers() throws {
    let text = "In 1984, 3.5 of 1,000 3D ٣٤ ３ b2b 1_0"
    #expect(
      try tokens(text) { $0.numbers = .zero } == [
        "in", "0000", ",", "0.0", "of", "0,000", "0d", "00", "0", "b0b", "0_0",
      ])
    #expect(try tokens(text) { $0.numbers = .drop } == ["in", ",", "of", "3d", "b2b"])
    #expect(try tokens("_ 1 @ 23 ab 4 5c") { $0.numbers = .drop } == ["_", "@", "ab", "5c"])
  }

  @Test(
    "locales of languages that ICU knows, as tags or identifiers, deprecated codes too",
    arguments: [
      "", "und", "root", "en", "no", "nb", "la", "iw", "sh", "fil", "zh-Hans-CN", "sr_Latn", "en-US-POSIX",
      "en-US-u-ca-gregory", "es-419", "x-private",
    ])
  func knownLocale(name: String) throws {
    var configuration = TokenizerConfiguration()
    configuration.locale = name
    try configuration.validate()
  }

  @Test("a language that ICU does not know is an error with near names")
  func unknownLanguage() {
    for (name, nearest) in [
      ("englsh", "en (English)"), ("turkish", "tr (Turkish)"), ("xx", nil), ("qqq-DE", nil),
      ("Chinnese_CN", "zh (Chinese)"),
    ] {
      var configuration = TokenizerConfiguration()
      configuration.locale = name
      do throws(TextError) {
        try configuration.validate()
        Issue.record("\(name) is known")
      } catch {
        guard case .unknownLanguage(name, let found) = error else {
          Issue.record("\(error)")
          continue
        }
        if let nearest { #expect(found.first == nearest, "\(error)") }
      }
      #expect(throws: TextError.self) { try Tokenizer(configuration) }
      #expect(throws: TextError.self) { try SentenceSegmenter(locale: name) }
    }
  }

  @Test("neither is a script or a country overlooked")
  func unknownParts() {
    #expect(throws: TextError.unknownScript("zh-Hanz")) {
      try Tokenizer(TokenizerConfiguration { $0.locale = "zh-Hanz" })
    }
    #expect(throws: TextError.unknownRegion("en-XQ")) {
      try Tokenizer(TokenizerConfiguration { $0.locale = "en-XQ" })
    }
  }

  @Test("a bad locale is an error that says so", arguments: ["!!", "e", "en US", "thisistoolong", "en\u{0}"])
  func badLocale(name: String) throws {
    #expect(throws: TextError.invalidLocale(name)) {
      try Tokenizer(TokenizerConfiguration { $0.locale = name })
    }
    #expect(TextError.invalidLocale(name).description.contains("language tag"))
  }

  @Test("sessions work in threads at once, libxml2 among them")
  func threads() async throws {
    let tokenizer = try Tokenizer()
    let text = "<p>caf&eacute;</p> <b>isn't</b> <i>bad</i> 中文 <br />ok"
    let results = try await withThrowingTaskGroup(of: Set<[String]>.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let session = try tokenizer.makeSession()
          return try Set((0..<200).map { _ in try session.tokenize(text) })
        }
      }
      return try await group.reduce(into: Set()) { $0.formUnion($1) }
    }
    #expect(results == [["café", "is", "n't", "bad", "中文", "ok"]])
  }

  @Test("naughty strings never fail, and give the same on both paths", .enabled(if: SharedData.isPresent))
  func naughtyStrings() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: SharedData.path("suites/blns/blns.json")))
    let strings = try JSONDecoder().decode([String].self, from: data)
    #expect(strings.count > 500)
    for locale in ["en", "ja", "tr"] {
      var comparison = try PathComparison(TokenizerConfiguration { $0.locale = locale })
      for string in strings + [strings.joined(separator: " "), strings.joined(separator: "\n")] {
        let bytes = Array(string.utf8)
        try comparison.expectSameTokens(bytes)
      }
    }
  }

  @Test("real reviews give the same on both paths", .enabled(if: SharedData.isPresent))
  func realReviews() throws {
    for (path, locale) in [("data/imdb/train.tsv", "en"), ("data/waimai/train.tsv", "zh")] {
      let data = try Data(contentsOf: URL(fileURLWithPath: SharedData.path(path)), options: .mappedIfSafe)
      var comparison = try PathComparison(TokenizerConfiguration { $0.locale = locale })
      // Every review that is not ASCII, and some of the others.
      for (index, line) in data.prefix(12_000_000).split(separator: 10).enumerated()
      where index % 20 == 0 || line.contains(where: { $0 >= 0x80 }) && index % 3 == 0 {
        let bytes = Array(line)
        guard try comparison.expectSameTokens(bytes) else { break }
      }
    }
  }
}
