import DiscernText
import TestSupport
import Testing

/// Marks with their results and the classes of these: some become two, one is a mark in NFKC alone, one
/// lies beyond 16 bits.
private let marks: [(mark: Unicode.Scalar, parts: [(Unicode.Scalar, class: Int)])] = [
  ("\u{301}", [("\u{301}", 230)]), ("\u{323}", [("\u{323}", 220)]), ("\u{327}", [("\u{327}", 202)]),
  ("\u{344}", [("\u{308}", 230), ("\u{301}", 230)]), ("\u{F73}", [("\u{F71}", 129), ("\u{F72}", 130)]),
  ("\u{FF9E}", [("\u{3099}", 8)]), ("\u{1D165}", [("\u{1D165}", 216)]), ("\u{59A}", [("\u{59A}", 222)]),
  ("\u{3099}", [("\u{3099}", 8)]),
]

/// か and marks, and the same by the definition: decomposed, sorted, and composed, which か is with U+3099
/// alone.
private func letter(
  _ count: Int, isCompatibility: Bool, _ random: inout SeededGenerator
) -> (text: [Unicode.Scalar], normalised: [Unicode.Scalar]) {
  var text: [Unicode.Scalar] = ["か"]
  var normalised: [Unicode.Scalar] = []
  var (base, run): (Unicode.Scalar, [(Unicode.Scalar, class: Int)]) = ("か", [])
  func end() {
    // Sorting by place among equals keeps their order.
    var sorted = run.enumerated().sorted { ($0.element.class, $0.offset) < ($1.element.class, $1.offset) }
      .map(\.element.0)
    if base == "か", sorted.first == "\u{3099}" {
      base = "が"
      sorted.removeFirst()
    }
    normalised += [base] + sorted
    run = []
  }
  for _ in 0..<count {
    let (mark, parts) = marks[Int.random(in: 0..<marks.count, using: &random)]
    text.append(mark)
    if mark == "\u{FF9E}" && !isCompatibility {
      end()
      base = mark
    } else {
      run += parts
    }
  }
  end()
  return (text, normalised)
}

@Test(arguments: [1, 40, 255, 256, 257, 300, 1000], [false, true])
func longRunsOfMarksAreNormalisedAsByTheDefinition(count: Int, isCompatibility: Bool) throws {
  var random = SeededGenerator(seed: UInt64(count))
  var configuration = TokenizerConfiguration()
  configuration.lowercase = false
  configuration.html = false
  configuration.normalization = isCompatibility ? .nfkc : .nfc
  let session = try Tokenizer(configuration).makeSession()
  for _ in 0..<20 {
    var (text, expected): ([Unicode.Scalar], [Unicode.Scalar]) = (["x", " "], ["x", " "])
    for _ in 0..<3 {
      let part = letter(count, isCompatibility: isCompatibility, &random)
      text += part.text + [" ", "e", "\u{301}", " "]
      expected += part.normalised + [" ", "é", " "]
    }
    var whole = String(String.UnicodeScalarView(text))
    var buffer = TokenBuffer()
    try whole.withUTF8 { try session.tokenize($0, into: &buffer) }
    let got = buffer.withUnsafeTokens { utf8, _ in String(decoding: utf8, as: UTF8.self) }
    let isEqual = Array(got.unicodeScalars) == expected
    #expect(isEqual)
  }
}

/// A text whose normalisation would take minutes if its time grew with the square of the run.
@Test func aRunOfAMillionMarksIsNormalised() {
  let text = "a" + String(repeating: "\u{301}\u{323}", count: 500_000)
  let result = Array(UnicodeForm.compatible(text).unicodeScalars)
  // All of the lower class come first, and one of them is composed with the letter.
  #expect(result.count == 1_000_000 && result[0] == "\u{1EA1}")
  #expect(result[1..<500_000].allSatisfy { $0 == "\u{323}" })
  #expect(result[500_000...].allSatisfy { $0 == "\u{301}" })
}
