import DiscernText
import TestSupport
import Testing

private func words(_ text: String, _ change: (inout TokenizerConfiguration) -> Void = { _ in }) throws
  -> [String?]
{
  var configuration = TokenizerConfiguration()
  change(&configuration)
  let tokens = try Tokenizer(configuration).makeSession().tokenize(text)
  let bytes = Array(text.utf8)
  return TokenPlaces.find(tokens, in: text, configuration).map { place in
    place.map { String(decoding: bytes[$0], as: UTF8.self) }
  }
}

@Test func tokensAreFoundAsTheyStood() throws {
  #expect(try words("Don't STOP, now") == ["Do", "n't", "STOP", ",", "now"])
  #expect(try words("Ça ira; cafe\u{301}!") == ["Ça", "ira", ";", "cafe\u{301}", "!"])
  #expect(try words("room 101 no") { $0.numbers = .zero } == ["room", "101", "no"])
  #expect(try words("a, b") { $0.punctuation = .drop } == ["a", "b"])
  #expect(try words("7 a 7 b") { $0.numbers = .drop } == ["a", "b"])
  #expect(try words("").isEmpty)
  #expect(try words("a a a") == ["a", "a", "a"])
}

/// Markup, entities, marks that vanish, and letters that change with their neighbours.
@Test func tokensAreFoundInMarkupAndOddLetters() throws {
  #expect(try words("<b>b</b> b") == ["b", "b"])
  #expect(try words("fish &amp; fish &#233;&lt;x") == ["fish", "&amp;", "fish", "&#233;", "&lt;", "x"])
  #expect(try words("un<b>believ</b>able<br />film") == ["un<b>believ</b>able", "film"])
  #expect(
    try words("<p>a</p><script>b</script><!-- c -->d <3 <e@f>") == [
      "a", "d", "<", "3", "<", "e@f", ">",
    ])
  #expect(try words("fi\u{AD}lm \u{200F}b") == ["fi\u{AD}lm", "b"])
  #expect(try words("ΛΟΓΟΣ b") == ["ΛΟΓΟΣ", "b"])
  #expect(try words("don’t, ok") == ["do", "n’t", ",", "ok"])
  #expect(try words("٣ b 12") { $0.numbers = .zero } == ["٣", "b", "12"])
  #expect(try words("a <b> c") { $0.html = false } == ["a", "<", "b", ">", "c"])
  #expect(try words("½ ﬁlm …") { $0.normalization = .nfkc }.last == "…")
}

/// No position is better than a wrong one; later certain matches are found again.
@Test func whatIsNotCertainHasNoPlace() throws {
  let configuration = TokenizerConfiguration()
  #expect(TokenPlaces.find(["absent", "b"], in: "a b", configuration) == [nil, 2..<3])
  #expect(TokenPlaces.find(["absent", "b", "c"], in: "a b d", configuration) == [nil, nil, nil])
  // No word is skipped.
  #expect(TokenPlaces.find(["b"], in: "a b", configuration) == [nil])
  #expect(TokenPlaces.find(["--", "b"], in: "— b", configuration) == [nil, 4..<5])
}

/// Spans hold every token once, in order, and do not overlap.
@Test func everyTokenHasASpan() throws {
  func spans(_ tokens: [String], _ text: String) -> [String] {
    TokenPlaces.spans(tokens, in: text, TokenizerConfiguration()).map {
      String(decoding: Array(text.utf8)[$0.range], as: UTF8.self) + "\($0.tokens)"
    }
  }
  #expect(spans(["a", "b"], "a b") == ["a0..<1", "b1..<2"])
  #expect(spans(["absent", "b"], " x  b") == ["x0..<1", "b1..<2"])
  #expect(
    spans(["a", "lost", "again", "b", "c"], "a 1 2 b c") == ["a0..<1", "1 21..<3", "b3..<4", "c4..<5"])
  #expect(spans(["a", "--"], "a") == ["a0..<2"])
  #expect(spans(["lost", "lost"], " x y ") == ["x y0..<2"])
  #expect(spans([], "a").isEmpty)
  var generator = SeededGenerator(seed: 11)
  let letters = [
    "a", "É", "<b>", "</b>", "&amp;", "&#x41;", "'t ", " ", ".", "好", "\u{200F}", "½", "Σ", "\u{301}",
  ]
  for form in TokenizerConfiguration.Normalization.allCases {
    var configuration = TokenizerConfiguration()
    configuration.normalization = form
    let session = try Tokenizer(configuration).makeSession()
    for _ in 0..<300 {
      let count = Int.random(in: 0...12, using: &generator)
      let text = (0..<count).compactMap { _ in letters.randomElement(using: &generator) }.joined()
      let tokens = try session.tokenize(text)
      let spans = TokenPlaces.spans(tokens, in: text, configuration)
      #expect(spans.flatMap { Array($0.tokens) } == Array(tokens.indices), "\(text)")
      #expect(
        zip(spans, spans.dropFirst()).allSatisfy { $0.range.upperBound <= $1.range.lowerBound }, "\(text)")
      #expect(spans.allSatisfy { $0.range.upperBound <= text.utf8.count }, "\(text)")
    }
  }
}
