import DiscernText
import Foundation
import Testing

@Suite struct TokenizerConfigurationTests {
  @Test("the defaults, and that they come back from JSON")
  func codable() throws {
    let defaults = TokenizerConfiguration()
    #expect(defaults.html && defaults.lowercase && defaults.joinPunctuationRuns)
    #expect(defaults.normalization == .nfc && defaults.punctuation == .keep && defaults.numbers == .keep)
    #expect(defaults.locale == "en" && defaults.splitContractions == nil)

    var changed = TokenizerConfiguration()
    changed.html = false
    changed.normalization = .nfkc
    changed.lowercase = false
    changed.locale = "tr"
    changed.punctuation = .drop
    changed.numbers = .zero
    changed.splitContractions = true
    changed.joinPunctuationRuns = false
    changed.icuVersion = "1.2"
    for configuration in [defaults, changed] {
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(TokenizerConfiguration.self, from: data) == configuration)
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(TokenizerConfiguration.self, from: Data(#"{"html": true}"#.utf8))
    }
  }

  @Test("another version of ICU is noticed")
  func icuVersion() {
    var configuration = TokenizerConfiguration()
    #expect(configuration.icuVersion == TokenizerConfiguration.runningICUVersion)
    #expect(configuration.icuVersion.wholeMatch(of: /[0-9]+(\.[0-9]+)+/) != nil)
    #expect(configuration.matchesRunningICU)
    configuration.icuVersion = "4.8"
    #expect(!configuration.matchesRunningICU)
  }

  @Test(
    "contractions are split for English locales", arguments: ["en", "EN", "en-GB", "en_US_POSIX", "en@x=y"])
  func english(locale: String) {
    var configuration = TokenizerConfiguration()
    configuration.locale = locale
    #expect(configuration.splitsContractions)
    configuration.splitContractions = false
    #expect(!configuration.splitsContractions)
  }

  @Test("and not for others", arguments: ["de", "", "enm", "tr", "eng-x"])
  func others(locale: String) {
    var configuration = TokenizerConfiguration()
    configuration.locale = locale
    #expect(!configuration.splitsContractions)
  }
}
