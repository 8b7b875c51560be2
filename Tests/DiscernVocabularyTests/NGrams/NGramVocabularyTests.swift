import DiscernText
import DiscernVocabulary
import Testing

@Suite struct NGramVocabularyTests {
  static let sentences = [
    "not bad at all", "not bad at all , not bad", "bad", "the naïveté of not", "", "naïveté bad at",
    "so a a a a a", "incomprehensibilities at all", "好吃 好吃 , 不 好吃", "不 好吃 a",
  ]

  static func texts(_ list: [String] = sentences, hash: TokenHash = .ofProcess) -> WordTexts {
    var result = WordTexts(hash: hash)
    for text in list { result.append(words: text.split(separator: " ").map(String.init)) }
    return result
  }

  private func names(_ vocabulary: NGramVocabulary, _ kind: NGramVocabulary.Kind) -> [String: Int32] {
    var result: [String: Int32] = [:]
    for feature in 0..<vocabulary.count where vocabulary.kind(feature) == kind {
      result[vocabulary.name(feature) ?? ""] = vocabulary.documentCounts[feature]
    }
    return result
  }

  @Test func wordsAreCountedByTexts() {
    var configuration = NGramConfiguration()
    configuration.longestLetters = 0
    let found = names(NGramVocabulary(of: Self.texts(), configuration), .words)
    #expect(
      found == [
        "not": 3, "bad": 4, "at": 4, "all": 3, "not bad": 2, "bad at": 3, "at all": 3,
        "not bad at": 2,
        "bad at all": 2, ",": 2, "naïveté": 2, "好吃": 2, "不": 2, "不 好吃": 2, "a": 2,
      ])
  }

  @Test func lettersLieInsideWords() {
    var configuration = NGramConfiguration()
    configuration.longestWords = 0
    configuration.minimumCount = 1
    let found = names(NGramVocabulary(of: Self.texts(["éa b", "a"]), configuration), .letters)
    // A word no longer than the n-gram is an n-gram itself, once.
    #expect(
      found == [
        " é": 1, "éa": 1, "a ": 2, " éa": 1, "éa ": 1, " éa ": 1, " b": 1, "b ": 1, " b ": 1,
        " a": 1,
        " a ": 1,
      ])
  }

  @Test func lettersRunAcrossWordsWithoutSpaces() {
    var configuration = NGramConfiguration()
    configuration.longestWords = 0
    configuration.longestLetters = 3
    configuration.minimumCount = 1
    let found = names(
      NGramVocabulary(of: Self.texts(["好吃 吗 ok 好", "ไทย"]), configuration), .letters)
    for gram in ["好", "吃", "好吃", "吃吗", "好吃吗", " ok", "ok ", "ไทย", "ไ"] {
      #expect(found[gram] != nil, "\(gram)")
    }
    for gram in [" 好", "吗好", "吗 ", "吗o"] { #expect(found[gram] == nil, "\(gram)") }
  }

  @Test(arguments: [nil, 10] as [Int?]) func aReaderGivesTheSameRows(hashBits: Int?) throws {
    var configuration = NGramConfiguration()
    configuration.hashBits = hashBits
    let list = [
      "Not bad at all, not bad!", "", "naïveté naïveté", "好吃,下次换个别的面", "unseen words at all",
    ]
    let session = try Tokenizer().makeSession()
    var tokens = TokenBuffer()
    var texts = WordTexts()
    var buffers: [TokenBuffer] = []
    for text in list + list.dropLast() {
      var text = text
      try text.withUTF8 { try session.tokenize($0, into: &tokens) }
      texts.append(tokens)
      buffers.append(tokens)
    }
    let vocabulary = NGramVocabulary(of: texts.selecting([0, 1, 2, 3, 5, 6, 7, 8]), configuration)
    let reader = vocabulary.makeReader()
    var rows = NGramRows()
    for buffer in buffers { reader.read(buffer, appendingTo: &rows) }
    #expect(rows == vocabulary.rows(of: texts))
    #expect(
      rows == vocabulary.rows(of: texts) { count, task in (0..<count).reversed().forEach(task) })
    #expect(rows.range(1).isEmpty)
    #expect(!rows.range(4).isEmpty)
  }

  @Test func rowsCountEachFeatureOnce() {
    var configuration = NGramConfiguration()
    configuration.longestLetters = 0
    let vocabulary = NGramVocabulary(of: Self.texts(), configuration)
    let rows = vocabulary.rows(of: Self.texts(["not bad not a a a a"]))
    var found: [String: UInt16] = [:]
    for (feature, count) in zip(rows.features, rows.counts) {
      found[vocabulary.name(Int(feature)) ?? ""] = count
    }
    #expect(found == ["not": 2, "bad": 1, "not bad": 1, "a": 4])
    #expect(found.count == rows.features.count)
  }

  @Test func theMostFrequentAreKeptWithWhatTheyConsistOf() {
    for maximum in 1...60 {
      var configuration = NGramConfiguration()
      configuration.maximumFeatures = maximum
      let vocabulary = NGramVocabulary(of: Self.texts(), configuration)
      #expect(vocabulary.count == maximum)
      #expect(zip(vocabulary.documentCounts, vocabulary.documentCounts.dropFirst()).allSatisfy(>=))
      let found = names(vocabulary, .words)
      for name in found.keys {
        let words = name.split(separator: " ")
        #expect(words.allSatisfy { found[String($0)] != nil })
        #expect(found[words.dropLast().joined(separator: " ")] != nil || words.count == 1)
      }
    }
  }

  @Test func nothingDependsOnTheProcessesHash() throws {
    let hashes = [
      TokenHash(seed: 1, step: 3, last: 5, place: 7),
      TokenHash(seed: .max / 3, step: .max / 5 | 1, last: .max / 7 | 1, place: .max / 11 | 1),
    ]
    let files = hashes.map {
      NGramVocabulary(of: Self.texts(hash: $0), NGramConfiguration()).fileContents
    }
    #expect(files[0] == files[1])
    var configuration = NGramConfiguration()
    configuration.hashBits = 12
    let hashed = hashes.map { NGramVocabulary(of: Self.texts(hash: $0), configuration) }
    #expect(hashed[0].fileContents == hashed[1].fileContents)
    // The ids must never change: saved models contain them.
    let row = hashed[0].rows(of: Self.texts(["not bad"])).features
    #expect(row.prefix(3) == [1562, 3396, 2806])
  }

  @Test func sharedNumbersAreSaid() throws {
    var configuration = NGramConfiguration()
    #expect(NGramVocabulary(of: Self.texts(), configuration).collisionRate == nil)
    configuration.hashBits = 8
    let vocabulary = NGramVocabulary(of: Self.texts(), configuration)
    #expect(vocabulary.count == 256)
    #expect(vocabulary.name(0) == nil)
    let rate = try #require(vocabulary.collisionRate)
    #expect(rate > 0.3 && rate < 0.8)
    // Words that come once each, without letters: half of the numbers are in question.
    let words = (0..<900).map { "w\($0 * 7919)" }
    configuration.hashBits = 11
    configuration.longestLetters = 0
    let single = NGramVocabulary(of: Self.texts(words), configuration)
    let shared = single.documentCounts.filter { $0 > 1 }.reduce(0) { $0 + Double($1) } / 900
    #expect(abs(try #require(single.collisionRate) - shared) < 0.05)
  }

  @Test func manyPairsAreFoundAndOthersAreNot() {
    var table = NodeTable()
    for number in 0..<Int32(5000) { #expect(table.insert(number % 71, number) == number) }
    for number in 0..<Int32(5000) { #expect(table.insert(number % 71, number) == number) }
    #expect(table.count == 5000)
    table.withView { view in
      #expect(view.find(NodeTable.pair(72, 1)) == -1)
      #expect(view.find(NodeTable.pair(1, 72)) == 72)
    }
  }

  /// The places of a text match its row: each n-gram as often as it occurs, at the words that it consists of.
  @Test(arguments: [nil, 10] as [Int?]) func placesAreThoseOfTheRow(hashBits: Int?) throws {
    var configuration = NGramConfiguration()
    configuration.hashBits = hashBits
    configuration.minimumCount = 1
    let session = try Tokenizer().makeSession()
    var tokens = TokenBuffer()
    for text in ["Not bad at all, not bad!", "", "naïveté naïveté", "好吃,下次换个 ok 别的面", "a"] {
      var own = text
      try own.withUTF8 { try session.tokenize($0, into: &tokens) }
      var texts = WordTexts()
      texts.append(tokens)
      texts.append(tokens)
      let vocabulary = NGramVocabulary(of: texts, configuration)
      let reader = vocabulary.makeReader()
      let places = reader.places(tokens)
      var rows = NGramRows()
      reader.read(tokens, appendingTo: &rows)
      let counts = Dictionary(grouping: places, by: \.feature).mapValues(\.count)
      #expect(counts.count == rows.features.count)
      for (feature, count) in zip(rows.features, rows.counts) {
        #expect(counts[Int(feature)] == Int(count))
      }
      let words = tokens.strings
      for place in places {
        #expect(words.indices.contains(place.words.lowerBound) && place.words.upperBound <= words.count)
        guard let name = vocabulary.name(place.feature) else { continue }
        switch vocabulary.kind(place.feature) {
        case .words: #expect(words[place.words].joined(separator: " ") == name)
        case .letters:
          #expect((" " + words[place.words].joined() + " ").contains(name), "\(name)")
        }
      }
    }
  }
}
