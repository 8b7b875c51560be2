import DiscernCorpus
import DiscernText
import TestSupport
import Testing

@Suite struct NearCopiesTests {
  private func sketches(_ texts: [String]) throws -> TextSketches {
    let session = try Tokenizer().makeSession()
    var (tokens, result) = (TokenBuffer(), TextSketches())
    for text in texts {
      try Array(text.utf8).withUnsafeBufferPointer { bytes throws(TextError) in
        try session.tokenize(bytes, into: &tokens)
      }
      result.append(tokens)
    }
    return result
  }

  /// The definition, with strings.
  private func similarity(_ first: String, _ second: String) -> Double {
    func shingles(_ text: String) -> Set<[String]> {
      let words = ["^", "^"] + text.split(separator: " ").map(String.init)
      return Set((2..<words.count).map { Array(words[$0 - 2...$0]) })
    }
    let (a, b) = (shingles(first), shingles(second))
    return a.isEmpty && b.isEmpty ? 0 : Double(a.intersection(b).count) / Double(a.union(b).count)
  }

  /// Texts of words by Zipf's law, and copies of them with some words replaced.
  private func texts(_ count: Int, words: ClosedRange<Int>, seed: UInt64) -> [String] {
    var random = SeededGenerator(seed: seed)
    func word() -> String { "w\(Int(1 / Double.random(in: 0.0005...1, using: &random)))" }
    var texts: [[String]] = []
    while texts.count < count {
      var text = (0..<Int.random(in: words, using: &random)).map { _ in word() }
      texts.append(text)
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        for _ in 0..<Int.random(in: 0...2, using: &random) {
          text[Int.random(in: text.indices, using: &random)] = word()
        }
        texts.append(text)
      }
    }
    return texts.shuffled(using: &random).map { $0.joined(separator: " ") }
  }

  @Test func similarityIsThatOfTheWords() throws {
    let all = texts(60, words: 1...30, seed: 1) + ["", "one", "one two", "one two three"]
    let sketches = try sketches(all)
    for a in all.indices {
      for b in all.indices { #expect(sketches.similarity(a, b) == similarity(all[a], all[b])) }
    }
  }

  @Test func similarityOfLongTextsIsNear() throws {
    let base = (0..<4000).map { "w\($0)" }
    for share in [4, 10, 40] {
      let other = base.enumerated().map { $0 % share == 0 ? "x\($0)" : $1 }
      let pair = [base.joined(separator: " "), other.joined(separator: " ")]
      #expect(abs(try sketches(pair).similarity(0, 1) - similarity(pair[0], pair[1])) < 0.07)
    }
  }

  /// Against all pairs.
  @Test(arguments: [4...8, 10...30, 40...80]) func findsWhatAllPairsHave(words: ClosedRange<Int>) throws {
    let all = texts(300, words: words, seed: UInt64(words.lowerBound))
    var roots = Array(all.indices)
    for a in all.indices {
      for b in 0..<a where similarity(all[a], all[b]) >= NearCopies.threshold {
        let (old, new) = (max(roots[a], roots[b]), min(roots[a], roots[b]))
        roots = roots.map { $0 == old ? new : $0 }
      }
    }
    let expected = Dictionary(grouping: all.indices) { roots[$0] }.values.filter { $0.count > 1 }
      .map { $0.map { Int32($0) } }.sorted { $0[0] < $1[0] }
    #expect(expected.count > 10)
    #expect(NearCopies(of: try sketches(all)).groups == expected)
  }

  /// Many texts with one key: a form with a number in it, and texts that share nothing else.
  @Test func aFormThatComesOftenIsOneGroup() throws {
    let form = (0..<3000).map {
      "dear customer your order number \($0) was sent today and will be with you in a few days thank you "
        + "for buying from us"
    }
    let groups = NearCopies(of: try sketches(form + ["another text", "", "", "and one more"])).groups
    #expect(groups == [Array(0..<3000)])
  }

  @Test func partsOfSketchesMakeTheWhole() throws {
    let all = texts(50, words: 3...20, seed: 4)
    var parts = try sketches(Array(all[..<20]))
    parts.append(contentsOf: try sketches(Array(all[20...])))
    let whole = try sketches(all)
    #expect(NearCopies(of: parts).groups == NearCopies(of: whole).groups)
    let even = Array(stride(from: 0, to: all.count, by: 2))
    let chosen = whole.selecting(even)
    #expect(chosen.count == even.count)
    #expect(NearCopies(of: chosen).groups == NearCopies(of: try sketches(even.map { all[$0] })).groups)
  }
}
