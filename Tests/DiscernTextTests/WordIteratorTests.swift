import DiscernText
import Foundation
import TestSupport
import Testing

/// Unicode's own cases for word boundaries (UAX #29, version 15.0) against ICU 72.
///
/// ICU tailors one thing that the suite sees: since CLDR 42 the colon joins letters (MidLetter) only in
/// Swedish and Finnish, where it occurs inside words. So in English the 15 cases with a colon between
/// two letters have a boundary on either side of it; in Swedish every case is as the suite says. (CLDR 42
/// also makes `@` a letter, so that `john@example.org` is one word; the suite has no case with it.)
@Suite(.enabled(if: SharedData.isPresent)) struct WordIteratorTests {
  struct Case {
    let text: [UInt16]
    let ends: [Int]
    let line: String

    init(_ line: String) throws {
      self.line = line
      var text: [UInt16] = []
      var ends: [Int] = []
      for part in line.split(separator: " ") {
        if part == "÷" {
          if !text.isEmpty { ends.append(text.count) }
        } else if part != "×" {
          let value = try #require(UInt32(part, radix: 16))
          text += try #require(UnicodeScalar(value)).utf16
        }
      }
      (self.text, self.ends) = (text, ends)
    }

    /// The colon between letters: U+003A, or with a combining mark.
    var joinsLettersByColon: Bool { line.contains("0061 × 003A ×") || line.contains("0041 × 003A ×") }
  }

  private func cases() throws -> [Case] {
    let text = try String(contentsOfFile: SharedData.path("suites/uax29/WordBreakTest.txt"), encoding: .utf8)
    return try text.split(separator: "\n").compactMap { line in
      let code = String(line.prefix { $0 != "#" }.map { $0 == "\t" ? " " : $0 })
      return code.allSatisfy { $0 == " " } ? nil : try Case(code)
    }
  }

  @Test("in Swedish all of the suite's cases hold")
  func swedish() throws {
    let iterator = try WordIterator(locale: "sv")
    let cases = try cases()
    #expect(cases.count == 1823)
    for item in cases {
      #expect(try iterator.segments(item.text).map(\.upperBound) == item.ends, "\(item.line)")
    }
  }

  @Test("in English the cases hold but for a colon between letters")
  func english() throws {
    let iterator = try WordIterator(locale: "en")
    var tailored = 0
    for item in try cases() {
      var ends = item.ends
      // "a:" is followed by what belongs to the colon, then by a letter: 61 3A 0308? 41
      let colon = item.text.firstIndex(of: 0x3A) ?? 0
      if item.joinsLettersByColon, colon > 0 {
        let letter = item.text[colon + 1] == 0x308 ? colon + 2 : colon + 1
        ends = (ends + [colon, letter]).sorted()
        tailored += 1
      }
      #expect(try iterator.segments(item.text).map(\.upperBound) == ends, "\(item.line)")
    }
    #expect(tailored == 15)
  }

  @Test("an empty text has no segment")
  func empty() throws {
    #expect(try WordIterator(locale: "").segments([]) == [])
  }
}
