import Discern
import Foundation
import TestSupport
import Testing

private func classifier(_ change: (inout TrainingRecipe) -> Void = { _ in }) throws -> TextClassifier {
  var recipe = smallRecipe()
  recipe.options.epochs = 1
  change(&recipe)
  let records = (0..<60).map { index in
    CorpusRecord(
      "a \(index.isMultiple(of: 2) ? "lovely" : "dull") film number w\(index % 7)",
      labels: [
        "mood": index.isMultiple(of: 2) ? "good" : "bad",
        "size": index.isMultiple(of: 3) ? ["big", "long"] : [],
      ])
  }
  return try TextClassifier.train(on: Corpus(records: records), recipe: recipe)
}

private func details(_ classifier: TextClassifier, _ texts: [String]) throws -> [Classification.Details] {
  let session = try classifier.makeSession()
  session.includesDetails = true
  for text in texts { try session.add(text) }
  return session.classify().compactMap(\.details)
}

@Test func detailsHoldTokensLogitsAndAttention() throws {
  let classifier = try classifier()
  let texts = ["A LOVELY fílm, zzqq!", "", "dull", "\u{1F600} lovely"]
  let details = try details(classifier, texts)
  #expect(details.count == 4)
  #expect(details[0].tokens.map(\.text) == ["a", "lovely", "fílm", ",", "zzqq", "!"])
  let bytes = Array(texts[0].utf8)
  #expect(
    details[0].tokens.map { $0.range.map { String(decoding: bytes[$0], as: UTF8.self) } } == [
      "A", "LOVELY", "fílm", ",", "zzqq", "!",
    ])
  #expect(details[0].tokens[4].id == Vocabulary.unknownID && details[0].tokens[1].id > Vocabulary.unknownID)
  #expect(details[1].tokens.map(\.text) == [""] && details[1].tokenIDs == [Vocabulary.unknownID])
  #expect(details[1].tokens[0].range == nil)
  for detail in details {
    #expect(detail.logits.mapValues(\.count) == ["mood": 2, "size": 2])
    #expect(abs(detail.tokens.reduce(0) { $0 + ($1.attention ?? -9) } - 1) < 1e-5)
  }
  // The inputs of probabilities.
  let answer = try classifier.classify(texts[0])
  let mood = try #require(details[0].logits["mood"])
  let odds = exp(Double(mood[0] - mood[1]) / classifier.tasks[0].temperature)
  let bad = try #require(answer.ranking.first { $0.label == "bad" })
  #expect(abs(Double(bad.probability) - odds / (1 + odds)) < 1e-5)
  #expect(answer.details == nil)
  let copy = try JSONDecoder().decode(Classification.Details.self, from: JSONEncoder().encode(details[0]))
  #expect(copy == details[0])
}

/// A text's weights are its own, in whichever batch it is; with several models their mean.
@Test func attentionIsTheTextsOwn() throws {
  let several = try classifier { $0.ensembleSize = 2 }
  let texts = ["a lovely film", "dull", "a dull film number w1 and more", "lovely lovely"]
  let together = try details(several, texts)
  for (text, detail) in zip(texts, together) { #expect(try details(several, [text]) == [detail]) }
  #expect(together.allSatisfy { abs($0.tokens.reduce(0) { $0 + ($1.attention ?? -9) } - 1) < 1e-5 })
  let alone = try #require(together[1].tokens.first?.attention)
  #expect(abs(alone - 1) < 1e-6)
}

@Test func withoutAttentionThereIsNone() throws {
  let classifier = try classifier { $0.encoder.pooling = [.max] }
  let detail = try #require(details(classifier, ["a lovely film"]).first)
  #expect(detail.tokens.count == 3 && detail.tokens.allSatisfy { $0.attention == nil })
}

@Test func cutTextsShowWhatWasKept() throws {
  let classifier = try classifier {
    $0.maximumTokens = 3
    $0.truncation = .headTail
  }
  let detail = try #require(details(classifier, ["one two three four five six"]).first)
  #expect(detail.tokens.count == 3 && detail.tokens.first?.text == "one" && detail.tokens.last?.text == "six")
  #expect(detail.tokens.last?.range == 24..<27)
}
