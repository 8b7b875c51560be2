import DiscernText
import DiscernVocabulary
import Testing

@Suite struct WordTextsTests {
  private func texts(_ list: [String], hash: TokenHash = .ofProcess) -> WordTexts {
    var result = WordTexts(hash: hash)
    for text in list { result.append(words: text.split(separator: " ").map(String.init)) }
    return result
  }

  private func words(_ texts: WordTexts) -> [[String]] {
    (0..<texts.count).map { texts[$0].map { String(decoding: texts.table[Int($0)], as: UTF8.self) } }
  }

  @Test func tokensAreTheTokenizersAndNumberedInTheirOrder() throws {
    let session = try Tokenizer().makeSession()
    var tokens = TokenBuffer()
    var all = WordTexts()
    for text in ["Not bad at all, not bad!", ""] {
      var text = text
      try text.withUTF8 { try session.tokenize($0, into: &tokens) }
      all.append(tokens)
    }
    #expect(words(all) == [["not", "bad", "at", "all", ",", "not", "bad", "!"], []])
    #expect(all.ids == [0, 1, 2, 3, 4, 0, 1, 5])
  }

  @Test func partsOneAfterTheOtherAreTheWhole() {
    let list = ["a b c", "", "b incomprehensibilities a", "d incomprehensibilities"]
    let whole = texts(list)
    var parts = texts(Array(list[..<2]))
    parts.append(contentsOf: texts(Array(list[2...])))
    #expect(parts.ids == whole.ids)
    #expect(parts.offsets == whole.offsets)
    #expect(parts.table == whole.table)
  }

  @Test func selectionKeepsTheNumbers() {
    let some = texts(["a b", "c", "b a c"]).selecting([2, 0])
    #expect(words(some) == [["b", "a", "c"], ["a", "b"]])
    #expect(some.ids == [1, 0, 2, 0, 1])
  }
}
