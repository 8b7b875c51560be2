import DiscernEvaluation
import Foundation
import TestSupport
import Testing

/// Figures of sacrebleu (Tests/Golden/bleu.py).
private struct Figures: Decodable {
  struct Words: Decodable { let text, words: String }
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let pairs: [[String]]
    let score: Double
    let precisions: [Double]
    let penalty: Double
    var testDescription: String { name }
  }
  let words: [Words]
  let figures: [Case]

  init() throws {
    let path = SharedData.projectRoot.appendingPathComponent("Tests/Golden/bleu.json")
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: path))
  }
}

@Test func wordsAreThoseOfTheScript() throws {
  let figures = try Figures()
  #expect(figures.words.count > 10)
  for words in figures.words {
    #expect(MTEvalWords.words(of: words.text).joined(separator: " ") == words.words, "\(words.text)")
  }
}

@Test func bleuIsThatOfSacrebleu() throws {
  let figures = try Figures()
  #expect(figures.figures.count == 8)
  for figure in figures.figures {
    let bleu = BLEU(figure.pairs.map { ($0[0], $0[1]) })
    #expect(abs(bleu.score - figure.score) < 1e-9, "\(figure.name): \(bleu.score)")
    let isLong = figure.pairs.contains { MTEvalWords.words(of: $0[1]).count >= 4 }
    #expect(bleu.isMeaningful == isLong, "\(figure.name)")
    #expect(abs(bleu.brevityPenalty - figure.penalty) < 1e-12, "\(figure.name)")
    for (own, other) in zip(bleu.precisions, figure.precisions) {
      #expect(abs(own - other) < 1e-9, "\(figure.name): \(bleu.precisions)")
    }
  }
}

@Test func sequencesAreMeasuredPlaceByPlace() throws {
  func pair(_ tokens: String, _ reference: String) -> SequenceReport.Pair {
    func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    return SequenceReport.Pair(
      tokens: words(tokens), reference: words(reference), text: tokens, referenceText: reference)
  }
  let report = SequenceReport([pair("a b c", "a b c"), pair("a c", "a b c"), pair("", ""), pair("a b", "b")])
  #expect(report.count == 4 && report.exactCount == 2 && report.exactMatch == 0.5)
  #expect(report.rightTokens == 4 && report.tokens == 8 && report.tokenAccuracy == 0.5)
  #expect(report.length == 7 && report.referenceLength == 7)
  let none = SequenceReport([])
  #expect(none.exactMatch == 0 && none.tokenAccuracy == 1 && none.bleu == nil)
  // Nothing has a run of four: a perfect result is not 0, and differs from a missing key.
  #expect(report.bleu == nil)
  let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any]
  #expect(object?["bleu"] is NSNull && object?["exactCount"] as? Int == 2)
  #expect(try JSONDecoder().decode(SequenceReport.self, from: JSONEncoder().encode(report)) == report)
  let long = SequenceReport([pair("a b c d", "a b c d"), pair("a", "a")])
  #expect(abs((long.bleu ?? 0) - 100) < 1e-9)
  // The output may still be too short, as in sacrebleu.
  #expect(SequenceReport([pair("a b c", "a b c d")]).bleu == 0)
}
