import Discern
import DiscernCorpus
import DiscernEvaluation
import DiscernTensor
import DiscernText
import Testing

private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

private func damaged(
  _ text: String, _ kind: TextPerturbation.Kind, _ rate: Double, seed: UInt64 = 1, locale: String = "en"
) throws -> String {
  var tokenizer = TokenizerConfiguration()
  tokenizer.locale = locale
  return try TextPerturbation(kind, rate: rate).apply(to: text, seed: seed, tokenizer: tokenizer)
}

private let sentence = (0..<2000).map { "word" + ["able", "cold", "Moon", "straße"][$0 % 4] }
  .joined(separator: " ")

/// Whether they differ by two exchanged neighbouring letters, or by one letter added, removed or replaced.
private func isOneSlip(_ a: String, _ b: String) -> Bool {
  let (a, b) = (Array(a), Array(b))
  let start = zip(a, b).prefix { $0 == $1 }.count
  let end = zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.count
  let (inA, inB) = (a.count - start - end, b.count - start - end)
  if a.count == b.count {
    return inA == 1 || (inA == 2 && a[start] == b[start + 1] && a[start + 1] == b[start])
  }
  return abs(a.count - b.count) == 1 && max(inA, inB) <= 1
}

@Test func typosAreOneSlipInAWord() throws {
  let (before, after) = (words(sentence), words(try damaged(sentence, .typos, 0.1)))
  #expect(before.count == after.count)
  let changed = zip(before, after).filter { $0 != $1 }
  #expect((120...280).contains(changed.count))  // 200 expected, deviation 13
  #expect(changed.allSatisfy(isOneSlip))
  // All kinds of slips occur.
  #expect(changed.contains { $0.0.count == $0.1.count + 1 })
  #expect(changed.contains { $0.0.count + 1 == $0.1.count })
  #expect(changed.contains { $0.0.sorted() == $0.1.sorted() })
  #expect(changed.contains { $0.0.count == $0.1.count && $0.0.sorted() != $0.1.sorted() })
  // At a rate of 1 every word with letters has one, numbers stay.
  let all = try damaged("It is 1984 and Everybody knows", .typos, 1)
  #expect(words(all)[2] == "1984")
  #expect(zip(words("It is 1984 and Everybody knows"), words(all)).count { $0 != $1 } == 5)
}

@Test func droppedAndSwappedWordsComeAtTheirRate() throws {
  let before = words(sentence)
  let dropped = words(try damaged(sentence, .drop, 0.25))
  #expect((1400...1600).contains(dropped.count))  // 1,500 expected, deviation 19
  let swapped = words(try damaged(sentence, .swap, 0.1))
  #expect(swapped.sorted() == before.sorted() && swapped != before)
  // Pairs change places: what differs are runs of two (or of four, where pairs meet).
  let moved = zip(before, swapped).count { $0 != $1 }
  #expect((280...480).contains(moved))
  // One word always remains.
  for seed in 0..<20 as Range<UInt64> {
    #expect(words(try damaged("not good at all", .drop, 1, seed: seed)).count == 1)
  }
  #expect(try damaged("good", .swap, 1) == "good")
}

@Test func everyLanguageHasWordsAndMarkupIsLeftAlone() throws {
  // ICU divides 这 / 部 / 电影 / 很 / 好看.
  let text = "这部电影很好看。"
  let swapped = try damaged(text, .swap, 1, locale: "zh")
  #expect(swapped != text && swapped.sorted() == text.sorted() && swapped.hasSuffix("。"))
  #expect(try damaged(text, .drop, 1, locale: "zh").count < text.count)
  #expect(try damaged(text, .typos, 1, locale: "zh") != text)

  for kind in TextPerturbation.Kind.allCases {
    let marked = try damaged("<br />Good&nbsp;film, <a href=\"x\">really good</a> &#39;indeed&#39;", kind, 1)
    for part in ["<br />", "&nbsp;", "<a href=\"x\">", "</a>", "&#39;"] { #expect(marked.contains(part)) }
    for text in ["", " ", "!?", "<", "&", "a < b & c", "&;", "<a", "👍👍", "\u{301}"] {
      _ = try damaged(text, kind, 1)
    }
    #expect(try damaged("!? …", kind, 1) == "!? …")
  }
}

@Test func damageDependsOnSeedAndTextAlone() throws {
  for kind in TextPerturbation.Kind.allCases {
    let once = try damaged(sentence, kind, 0.2)
    #expect(try damaged(sentence, kind, 0.2) == once)
    #expect(try damaged(sentence, kind, 0.2, seed: 2) != once)
    // A higher rate damages the same words and more.
    if kind == .typos {
      let more = words(try damaged(sentence, kind, 0.4))
      for (index, (clean, low)) in zip(words(sentence), words(once)).enumerated() where clean != low {
        #expect(more[index] == low)
      }
    }
  }
}

@Test func listsOfPerturbationsAreReadStrictly() throws {
  let read = try TextPerturbation.list("typos=0.1,drop=0.2,typos=1")
  #expect(read.map(\.kind) == [.typos, .drop, .typos] && read.map(\.rate) == [0.1, 0.2, 1])
  for text in [
    "", "typos", "typos=", "typos=0", "typos=1.1", "typos=nan", "typo=0.1", "drop=0.1,", "drop=-1", "a=b=c",
  ] {
    #expect(throws: DiscernError.self, "\(text)") { try TextPerturbation.list(text) }
  }
}

@Test func robustnessIsTheSameForAnyNumberOfThreads() throws {
  let classifier = try TextClassifier.train(on: [trainPath], recipe: smallRecipe())
  let corpus = try Corpus(paths: [testPath])
  func report(_ threads: Int, seed: UInt64 = 1) throws -> RobustnessReport {
    try classifier.robustness(
      on: corpus, perturbations: TextPerturbation.usual + [TextPerturbation(.drop, rate: 1)], seed: seed,
      compute: Compute(threadCount: threads))
  }
  let one = try report(1)
  #expect(try report(3) == one)
  #expect(try report(1, seed: 2) != one)
  let clean = try classifier.evaluate(on: corpus).report
  #expect(one.clean.accuracy == clean.accuracy && one.clean.logLoss == clean.logLoss)
  #expect(one.perturbed.map(\.kind) == [.typos, .drop, .swap, .drop])
  // One word per text is hardly enough.
  #expect(one.perturbed[3].figures.accuracy < one.clean.accuracy && one.perturbed[3].samePrediction < 1)
  #expect(one.perturbed.allSatisfy { $0.samePrediction > 0.5 })
  #expect(throws: DiscernError.self) { try classifier.robustness(on: Corpus(paths: ["-"])) }
}
