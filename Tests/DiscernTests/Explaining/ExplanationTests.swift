import Discern
import DiscernBundle
import DiscernModels
import DiscernTensor
import DiscernTraining
import Foundation
import TestSupport
import Testing

/// Models of every kind, explained in every way.
@Suite struct ExplanationTests {
  static let texts = [
    "A LOVELY film, truly lovely zzqq!", "", "dull", "<b>Lovely</b> &amp; d<i>ul</i>l &hellip; fi\u{AD}lm",
    "\u{1F600} lovely\u{200F}", "a dull film, a dull film, a dull film, a dull film, a dull film, lovely",
    "好吃 lovely 不好", "İstanbul ΛΟΓΟΣ lovely",
  ]

  static func classifier(
    _ kind: ModelKind, _ change: (inout TrainingRecipe) -> Void = { _ in }
  ) throws -> TextClassifier {
    var recipe = smallRecipe()
    recipe.model = kind
    recipe.options.epochs = 3
    recipe.options.learningRate = 0.02
    recipe.maximumTokens = 12
    change(&recipe)
    let records = (0..<60).map { index in
      CorpusRecord(
        "a \(index.isMultiple(of: 2) ? "lovely" : "dull") film number w\(index % 7) 好吃",
        labels: [
          "mood": [index.isMultiple(of: 2) ? "good" : "bad"],
          "size": index.isMultiple(of: 3) ? ["big", "long"] : [],
          "kind": ["w\(index % 3)"],
        ])
    }
    return try TextClassifier.train(on: Corpus(records: records), recipe: recipe)
  }

  /// Base and scores sum to the logit that classifying gives, for each task and label; words are those of the
  /// text as it was given.
  @Test(arguments: ModelKind.trainedAlone) func everythingComesToTheLogit(kind: ModelKind) throws {
    let classifier = try Self.classifier(kind) {
      if kind == .recurrent { $0.ensembleSize = 2 }
      if kind == .joined { $0.encoder.subwordBuckets = 100 }
    }
    let session = try classifier.makeSession()
    session.includesDetails = true
    let explainer = try classifier.makeExplainer()
    for text in Self.texts {
      try session.add(text)
      let answer = try #require(session.classify().first)
      for task in classifier.tasks {
        // The other labels' logits come from the same path.
        for (index, label) in task.labels.names.enumerated().suffix(1) {
          let map = try explainer.explain(text, task: task.name, label: label)
          let logit = try #require(answer.details?.logits[task.name]?[index])
          #expect(map.logit == logit && map.label == label && map.task == task.name)
          let base = try #require(map.base)
          let words = map.words.reduce(0.0) { $0 + Double($1.score) }
          let sum = Double(base) + words
          #expect(abs(sum - Double(logit)) < 0.011 * abs(Double(logit - base)) + 1e-3, "\(text), \(label)")
          check(map, of: text, kind)
          let grams = map.ngrams.reduce(0.0) { $0 + Double($1.contribution) }
          let shares = map.words.reduce(0.0) { $0 + Double($1.ngrams ?? 0) }
          #expect(abs(grams - shares) < 1e-4)
          #expect(map.evidence == answer.evidence)
          #expect(
            map.probability
              == answer.predictions.first { $0.task == task.name }?.ranking
              .first { $0.label == label }?.probability)
        }
      }
    }
  }

  private func check(_ map: Explanation, of text: String, _ kind: ModelKind) {
    let bytes = Array(text.utf8)
    var end = 0
    for word in map.words {
      #expect(word.range.lowerBound >= end && !word.range.isEmpty)
      end = word.range.upperBound
      #expect(word.text == String(decoding: bytes[word.range], as: UTF8.self))
      #expect((word.network != nil) == kind.hasNetwork && (word.ngrams != nil) == kind.hasNGrams)
      #expect(abs(word.score - (word.network ?? 0) - (word.ngrams ?? 0)) < 1e-5)
    }
    #expect(kind.hasNGrams || map.ngrams.isEmpty)
    // A text without words has everything but word scores.
    #expect((map.gap != nil) == (kind.hasNetwork && !map.words.isEmpty))
    #expect(map.reliability == (map.gap.map { $0 <= 0.01 ? .close : .unreliable } ?? .exact))
    for ngram in map.ngrams {
      #expect(!ngram.places.isEmpty && ngram.contribution != 0)
      for place in ngram.places where ngram.kind == .words && !text.contains("<") {
        let found = String(decoding: bytes[place], as: UTF8.self).lowercased().filter { $0 != "\u{200F}" }
        #expect(found.split(separator: " ").joined() == ngram.text?.replacing(" ", with: ""))
      }
    }
  }

  @Test func wordsAreThoseOfTheTextAsItWasGiven() throws {
    let classifier = try Self.classifier(.recurrent)
    let map = try classifier.explain(Self.texts[3])
    #expect(
      map.words.map(\.text) == ["Lovely", "&amp;", "d<i>ul</i>l", "&hellip;", "fi\u{AD}lm"])
    #expect(map.words.map(\.tokens) == [["lovely"], ["&"], ["dull"], ["…"], ["film"]])
    #expect(map.words.map(\.isKnown) == [true, false, true, false, true])
    #expect(try classifier.explain("").words.isEmpty)
    let long = try classifier.explain(Self.texts[5])
    #expect(long.words.prefix(12).allSatisfy { $0.isRead == true })
    #expect(long.words.dropFirst(12).allSatisfy { $0.isRead == false && $0.score == 0 })
    let lovely = try classifier.explain("a lovely film", task: "mood", label: "good")
    #expect(lovely.words[1].score > 0 && lovely.words[1].score > lovely.words[0].score)
  }

  /// The scores are differences between the logits that classifying gives with and without a word, bit for
  /// bit.
  @Test(arguments: ModelKind.trainedAlone) func occlusionIsClassifying(kind: ModelKind) throws {
    let classifier = try Self.classifier(kind)
    let session = try classifier.makeSession()
    session.includesDetails = true
    func logit(_ text: String, _ task: String, _ label: Int) throws -> Float {
      try session.add(text)
      return try #require(session.classify().first?.details?.logits[task]?[label])
    }
    for text in Self.texts {
      let map = try classifier.explain(text, method: .occlusion, task: "mood", label: "good")
      let label = try #require(
        classifier.tasks.first { $0.name == "mood" }?.labels.names.firstIndex(of: "good"))
      let whole = try logit(text, "mood", label)
      #expect(map.logit == whole && map.base == nil && map.reliability == .exact && map.ngrams.isEmpty)
      for word in map.words {
        let less = text.taking(out: word.range)
        #expect(word.score == whole - (try logit(less, "mood", label)))
      }
    }
  }

  /// A text that is larger than a window is classified like one of a few words.
  @Test func occlusionOfALongTextIsClassifying() throws {
    let classifier = try Self.classifier(.ngrams)
    let text = ["lovely", String(repeating: "x", count: 1 << 20), "film"].joined(separator: " ")
    let map = try classifier.explain(text, method: .occlusion, task: "mood", label: "good")
    let session = try classifier.makeSession()
    session.includesDetails = true
    for less in [text] + map.words.map({ text.taking(out: $0.range) }) { try session.add(less) }
    let label = try #require(
      classifier.tasks.first { $0.name == "mood" }?.labels.names.firstIndex(of: "good"))
    let logits = session.classify().compactMap { $0.details?.logits["mood"]?[label] }
    #expect(map.words.count == 3 && logits.count == 4)
    #expect(zip(map.words, logits.dropFirst()).allSatisfy { $0.score == logits[0] - $1 })
  }

  @Test func aWordIsTakenOutWithoutJoiningItsNeighbours() {
    #expect("a lovely film".taking(out: 2..<8) == "a  film")
    #expect("well-made".taking(out: 4..<5) == "well made")
    #expect("don't".taking(out: 2..<5) == "do")
    #expect("film!".taking(out: 4..<5) == "film")
    #expect("好吃的".taking(out: 3..<6) == "好 的")
    #expect("a".taking(out: 0..<1).isEmpty)
  }

  @Test func attentionIsNoReason() throws {
    let classifier = try Self.classifier(.joined)
    for text in Self.texts.dropFirst(2) {
      let map = try classifier.explain(text, method: .attention)
      #expect(map.reliability == .notAReason && map.base == nil && map.gap == nil)
      #expect(abs(map.words.reduce(0) { $0 + $1.score } - 1) < 1e-5)
      #expect(map.words.allSatisfy { $0.score >= 0 })
    }
  }

  private func expectNoAttention(_ classifier: TextClassifier, hasNetwork: Bool) {
    do throws(DiscernError) {
      _ = try classifier.explain("a", method: .attention)
      Issue.record("there is no attention")
    } catch {
      guard case .explanation(.noAttention(hasNetwork)) = error else {
        Issue.record(error)
        return
      }
      #expect("\(error)".hasSuffix("use --method gradients or --method occlusion"))
    }
  }

  @Test func whatTheModelDoesNotHaveIsNamed() throws {
    let pooled = try Self.classifier(.recurrent) { $0.encoder.pooling = [.max] }
    expectNoAttention(pooled, hasNetwork: true)
    let ngrams = try Self.classifier(.ngrams)
    expectNoAttention(ngrams, hasNetwork: false)
    do {
      _ = try pooled.explain("a", task: "moods")
      Issue.record("there is no such task")
    } catch {
      #expect(error.kind == .usage)
      #expect("\(error)".hasPrefix("--task moods: the model has no such task; there are"))
      #expect("\(error)".hasSuffix("did you mean “mood”?"))
    }
    do {
      _ = try pooled.explain("a", task: "mood", label: "goood")
      Issue.record("there is no such label")
    } catch {
      #expect("\(error)".contains("--label goood: the model has no such label for the task “mood”"))
    }
  }

  /// A model of 8 bits is explained by the weights that its bits mean, and its packed file as its folder.
  @Test func eightBitsAndPackedModels() throws {
    let classifier = try Self.classifier(.joined)
    let small = try classifier.quantized()
    for text in Self.texts.prefix(3) {
      let (map, own) = (try small.explain(text), try classifier.explain(text))
      #expect(map.words.map(\.range) == own.words.map(\.range))
      #expect(map.gap ?? (map.words.isEmpty ? 0 : 9) < 0.3)
      for (a, b) in zip(map.words, own.words) where map.label == own.label {
        #expect(abs(a.score - b.score) < 0.1)
      }
    }
    try withTemporaryFolder { folder in
      try classifier.write(to: folder + "/model")
      let loaded = try TextClassifier(contentsOf: folder + "/model")
      #expect(try loaded.explain(Self.texts) == classifier.explain(Self.texts))
    }
  }

  /// A text's map is the same bits after other texts, and with more threads.
  @Test func mapsAreTheTextsOwn() async throws {
    let classifier = try Self.classifier(.joined)
    let one = try Self.texts.map { try classifier.explain($0) }
    let explainer = try classifier.makeExplainer(compute: Compute(threadCount: 3))
    for (text, map) in zip(Self.texts, one).reversed() {
      #expect(try explainer.explain(text) == map)
    }
    #expect(try await classifier.explain(Self.texts) == one)
    let copy = try JSONDecoder().decode([Explanation].self, from: JSONEncoder().encode(one))
    #expect(copy == one)
  }
}
