import DiscernText
import Testing

@Suite struct SentenceDividerTests {
  /// The tokens of each sentence, with a bar between sentences.
  private func divided(
    _ text: String, _ change: (inout TokenizerConfiguration) -> Void = { _ in }
  ) throws -> String {
    var configuration = TokenizerConfiguration()
    change(&configuration)
    let tokenizer = try Tokenizer(configuration)
    let (tokens, starts) = try divide(Array(text.utf8), tokenizer)
    return tokens.enumerated().map { (starts.dropFirst().contains($0) ? "| " : "") + $1 }
      .joined(separator: " ")
  }

  private func divide(
    _ text: [UInt8], _ tokenizer: Tokenizer
  ) throws -> (tokens: [String], starts: [Int]) {
    var tokens = TokenBuffer()
    var starts = [7]
    let (session, divider) = (try tokenizer.makeSession(), try SentenceDivider(tokenizer))
    try text.withUnsafeBufferPointer { (utf8) throws(TextError) in
      try session.tokenize(utf8, into: &tokens)
      try divider.divide(utf8, tokens: tokens, into: &starts)
    }
    return (tokens.strings, starts)
  }

  @Test(
    arguments: [
      // Lower-cased first, the second full stop would end nothing.
      ("Mr. Smith came. It was late! Why?", "mr . smith came . | it was late ! | why ?"),
      ("A fine film.<br /><br />and more &amp; more. Yes", "a fine film . | and more & more . | yes"),
      ("<p>One</p><p>Two</p>", "one | two"),
      ("3.5 stars\nNew line", "3.5 stars | new line"),
      ("今日は。元気ですか？はい！", "今日 は 。 | 元気 です か ？ | はい ！"),
      ("one", "one"), ("", ""), (" . ", "."),
      ("I don't know... Well. \"No.\" He left", "i do n't know ... | well . | \" no . \" | he left"),
    ]) func tokensBelongToTheSentencesOfTheTextAsItWasWritten(text: String, expected: String) throws
  {
    #expect(try divided(text) == expected)
  }

  /// Without any capital letter case does not show where sentences begin.
  @Test func aTextWithoutCapitalsIsDividedAtItsFullStops() throws {
    #expect(
      try divided("the film is dated .  we're still here . mr. smith left . it ended")
        == "the film is dated . | we 're still here . | mr . smith left . | it ended")
    #expect(try divided("это фильм. он хорош. да") == "это фильм . | он хорош . | да")
    // One capital: the text's own case counts.
    #expect(try divided("The film is dated .  we're still here") == "the film is dated . we 're still here")
  }

  @Test func whatTheTokenizerLeavesOutIsNoSentence() throws {
    #expect(try divided("Good. !!! ??? Bad.") { $0.punctuation = .drop } == "good | bad")
    #expect(
      try divided("1984. 12. It is.") {
        $0.numbers = .drop
        $0.punctuation = .drop
      } == "it is")
    #expect(try divided("Good. Bad.") { $0.lowercase = false } == "Good . | Bad .")
    #expect(try divided("Good.<br>Bad") { $0.html = false } == "good . < br > bad")
  }

  /// For any text: 0 first, ascending, below the number of tokens, the same for a used divider.
  @Test func anyBytesAreDivided() throws {
    let tokenizer = try Tokenizer()
    var random = RandomText(seed: 9)
    for _ in 0..<2_000 {
      let bytes = random.bytes(upTo: 120)
      let (tokens, starts) = try divide(bytes, tokenizer)
      #expect(starts.isEmpty == tokens.isEmpty)
      if !tokens.isEmpty { #expect(starts[0] == 0) }
      #expect(zip(starts, starts.dropFirst()).allSatisfy(<) && starts.allSatisfy { $0 < tokens.count })
    }
  }

  @Test func thousandsOfSentencesOfOneTokenEach() throws {
    let (tokens, starts) = try divide(Array(String(repeating: "Go\n", count: 5_000).utf8), Tokenizer())
    #expect(tokens.count == 5_000 && starts == Array(0..<5_000))
  }
}
