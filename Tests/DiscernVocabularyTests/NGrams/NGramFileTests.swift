import DiscernVocabulary
import Foundation
import Testing

@Suite struct NGramFileTests {
  private func vocabulary(hashBits: Int? = nil) -> NGramVocabulary {
    var configuration = NGramConfiguration()
    configuration.hashBits = hashBits
    configuration.strength = 3
    var sentences = NGramVocabularyTests.sentences
    sentences += ["a\\b c\\d", "a\\b c\\d", "<letters> <pad>", "<letters> <pad>"]
    return NGramVocabulary(of: NGramVocabularyTests.texts(sentences), configuration)
  }

  @Test(arguments: [nil, 8] as [Int?]) func whatIsWrittenIsRead(hashBits: Int?) throws {
    let written = vocabulary(hashBits: hashBits)
    let read = try NGramVocabulary(fileContents: written.fileContents, path: "n")
    #expect(read.fileContents == written.fileContents)
    #expect(read.configuration == written.configuration)
    #expect(read.textCount == written.textCount)
    #expect(read.documentCounts == written.documentCounts)
    let texts = NGramVocabularyTests.texts()
    #expect(read.rows(of: texts) == written.rows(of: texts))
    for feature in 0..<read.count {
      #expect(read.name(feature) == written.name(feature))
      #expect(read.kind(feature) == written.kind(feature))
    }
  }

  @Test func itCanBeReadByPeople() throws {
    var configuration = NGramConfiguration()
    configuration.longestLetters = 2
    let texts = NGramVocabularyTests.texts(["not bad at", "not bad", "bad"])
    let lines = String(
      decoding: NGramVocabulary(of: texts, configuration).fileContents, as: UTF8.self
    )
    .split(separator: "\n")
    #expect(lines.dropFirst().prefix(4) == ["bad\t3", "not\t2", "\tbad\t2", "<letters>"])
    #expect(lines[5] == " b\t3")
    #expect(lines[0].hasPrefix("<ngrams>\t11\t3\t{\"letterScale\":"))
  }

  @Test(arguments: [
    ("\tbad\t2", "\t\tbad\t2", 4, "tabs in front"), ("\tbad\t2", "\tbad\t3", 4, "its prefix"),
    ("\tbad\t2", "\tbaf\t2", 4, "no line itself"),
    ("\tbad\t2\n", "\tbad\t2\n\tbad\t2\n", 5, "repeated"),
    ("bad\t3\n", "zad\t3\n", 3, "wrong place"), ("bad\t3\n", "bad\t4\n", 2, "from 2 to 3"),
    ("bad\t3\n", "bad\t0\n", 2, "from 2 to 3"), ("bad\t3\n", "bad 3\n", 2, "a tab"),
    ("bad\t3\n", "\t3\n", 2, "tabs in front"), ("bad\t3\n", "b\\ad\t3\n", 2, "not an escape"),
    ("bad\t3\n", "bad\t99999999999999999999\n", 2, "from 2 to 3"),
    ("\tbad\t2", "\tbad\t1", 4, "from 2 to 3"), ("bad\t3\n", "bad\t03\n", 2, "from 2 to 3"),
    (" b\t3\n", "~b\t3\n", 7, "place"), (" b\t3\n", " bad\t3\n", 6, "4 letters"),
    ("t \t2\n", "t \t2", 13, "truncated"),
  ])
  func aBadLineIsNamed(old: String, new: String, line: Int, reason: String) throws {
    var configuration = NGramConfiguration()
    configuration.longestLetters = 2
    let texts = NGramVocabularyTests.texts(["not bad at", "not bad", "bad"])
    let file = String(
      decoding: NGramVocabulary(of: texts, configuration).fileContents, as: UTF8.self)
    let place = try #require(file.range(of: old))
    let changed = file.replacingCharacters(in: place, with: new)
    do throws(NGramError) {
      _ = try NGramVocabulary(fileContents: Array(changed.utf8), path: "n")
      Issue.record("\(new) was taken")
    } catch {
      guard case .badLine("n", line, let found) = error, found.contains(reason) else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func theFirstLineIsChecked() throws {
    let file = String(decoding: vocabulary().fileContents, as: UTF8.self)
    let count = vocabulary().count
    func error(_ old: String, _ new: String) throws -> NGramError? {
      let place = try #require(file.range(of: old), "\(old)")
      let changed = file.replacingCharacters(in: place, with: new)
      do throws(NGramError) {
        _ = try NGramVocabulary(fileContents: Array(changed.utf8), path: "n")
        return nil
      } catch {
        return error
      }
    }
    for (old, new, reason) in [
      ("\t\(count)\t", "\tx\t", "the numbers"), ("\t\(count)\t", "\t0\(count)\t", "the numbers"),
      ("\t\(count)\t", "\t+\(count)\t", "the numbers"), ("\t{", "\t\t{", "5 fields"),
      ("\t{", " {", "3 fields"), ("{", "{{", "expected"), ("{", "{ ", "expected {"),
      ("}\n", "}\r\n", "expected {"),
      ("}\n", "} \n", "expected {"), ("}\n", "}}\n", "follows the end"), ("{", "{\"more\":1,", "“more”"),
      ("\"minimumCount\"", "\"unknown\"", "“unknown”"), ("\"strength\":3", "\"strength\":null", "expected {"),
      ("\"strength\":3", "\"strength\":3.0", "expected {"),
      ("\"longestWords\":3", "\"longestWords\":3.5", "cannot be read"),
      ("\"longestWords\":3", "\"longestWords\":99", "0 to 8"),
      ("\t\(count)\t", "\t2147483647\t", "says 1048576"),
      ("\"maximumFeatures\":1048576", "\"maximumFeatures\":5", "says 5"),
    ] {
      guard case .badLine("n", 1, let found)? = try error(old, new), found.contains(reason) else {
        Issue.record("\(new): \(String(describing: try error(old, new)))")
        continue
      }
    }
    for (old, new) in [("<ngrams>", "<n>"), ("<ngrams>\t", "<ngrams> ")] {
      guard case .notNGrams("n", _)? = try error(old, new) else {
        Issue.record("\(new)")
        continue
      }
    }
    #expect(
      try error("\t\(count)\t", "\t\(count + 1)\t")
        == .wrongCount(path: "n", expected: count + 1, found: count))
    #expect(throws: NGramError.notNGrams(path: "n", found: "")) {
      try NGramVocabulary(fileContents: [], path: "n")
    }
    // Files from before the option existed have its default.
    #expect(try error("\"letterScale\":0.5,", "") == nil)
  }

  @Test func whatThereIsToBeNoneOfIsRefused() throws {
    for (key, longest, line, reason) in [
      ("longestLetters", 2, 5, "a character n-gram, although"),
      ("longestWords", 3, 2, "a word n-gram, although"),
    ] {
      var configuration = NGramConfiguration()
      (configuration.longestLetters, configuration.shortestLetters) = (2, 1)
      let texts = NGramVocabularyTests.texts(["not bad at", "not bad", "bad"])
      let file = String(decoding: NGramVocabulary(of: texts, configuration).fileContents, as: UTF8.self)
        .replacingOccurrences(of: "\"\(key)\":\(longest)", with: "\"\(key)\":0")
      do throws(NGramError) {
        _ = try NGramVocabulary(fileContents: Array(file.utf8), path: "n")
        Issue.record("\(key) was taken")
      } catch {
        guard case .badLine("n", line, let found) = error, found.contains(reason) else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }

  @Test(arguments: [nil, 8] as [Int?]) func noPartAndNoChangedByteEndsTheProgram(hashBits: Int?) {
    let file = vocabulary(hashBits: hashBits).fileContents
    for length in stride(from: 0, to: file.count, by: 41) {
      #expect(throws: NGramError.self) {
        try NGramVocabulary(fileContents: Array(file[..<length]), path: "n")
      }
    }
    var state: UInt64 = 1
    for _ in 0..<300 {
      var changed = file
      for _ in 0..<2 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        changed[Int(state >> 33) % file.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      if let read = try? NGramVocabulary(fileContents: changed, path: "n") {
        _ = read.rows(of: NGramVocabularyTests.texts(["not bad at all"]))
      }
    }
  }
}
