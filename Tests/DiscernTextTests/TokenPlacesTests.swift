import DiscernText
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

/// No place is better than a wrong one.
@Test func whatIsNotCertainHasNoPlace() throws {
  #expect(try words("<b>b</b> b").allSatisfy { $0 == nil })
  #expect(try words("fish &amp; fish").allSatisfy { $0 == nil })
  #expect(try words("a <b> c") { $0.html = false }.first == "a")
  let tokens = ["absent", "b"]
  #expect(TokenPlaces.find(tokens, in: "a b", TokenizerConfiguration()) == [nil, nil])
  // No word is passed over.
  #expect(TokenPlaces.find(["b"], in: "a b", TokenizerConfiguration()) == [nil])
  #expect(TokenPlaces.find(["--", "b"], in: "— b", TokenizerConfiguration()) == [nil, 4..<5])
}
