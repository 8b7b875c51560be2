import DiscernIO
import DiscernVocabulary
import Foundation
import Testing

@Suite struct NGramConfigurationTests {
  @Test func missingKeysHaveTheirDefaults() throws {
    let read = try JSONDecoder().decode(NGramConfiguration.self, from: Data("{\"hashBits\":18}".utf8))
    var expected = NGramConfiguration()
    expected.hashBits = 18
    #expect(read == expected)
  }

  @Test func allKeysAreWritten() throws {
    var all = NGramConfiguration()
    all.longestWords = 2
    all.shortestLetters = 3
    all.longestLetters = 4
    all.minimumCount = 5
    all.maximumFeatures = 6
    all.hashBits = 10
    all.weighting = .nb
    all.strength = 7
    #expect(try JSONDecoder().decode(NGramConfiguration.self, from: try JSONEncoder().encode(all)) == all)
  }

  @Test(arguments: [
    ("word-ngrams", "longestWords", 9), ("letter-ngrams", "longestLetters", 13),
    ("letter-ngrams", "shortestLetters", 6), ("ngram-min-count", "minimumCount", 0),
    ("max-ngrams", "maximumFeatures", 0), ("ngram-hash-bits", "hashBits", 3),
  ])
  func aValueThatCannotBeIsNamed(name: String, key: String, value: Int) throws {
    try NGramConfiguration().validate()
    let json = Data("{\"\(key)\":\(value)}".utf8)
    let configuration = try JSONDecoder().decode(NGramConfiguration.self, from: json)
    do throws(NGramError) {
      try configuration.validate()
      Issue.record("\(name) of \(value) was taken")
    } catch {
      guard case .invalidOption(name, "\(value)", _) = error else {
        Issue.record("\(error)")
        return
      }
    }
  }
}
