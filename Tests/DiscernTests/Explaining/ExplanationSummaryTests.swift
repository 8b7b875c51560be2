import Discern
import Foundation
import Testing

@Test func theWordsThatDecideAreFoundOverManyTexts() throws {
  let classifier = try ExplanationTests.classifier(.joined)
  let explainer = try classifier.makeExplainer()
  var summary = ExplanationSummary()
  for number in 0..<8 {
    for word in ["lovely", "dull"] {
      let maps = try explainer.explainDecision(
        "a \(word) film \(number < 4 ? "rare" : "once\(number)")", method: .gradients, task: "mood")
      // The label that was given, and the next one.
      #expect(Set(maps.map(\.label)) == ["good", "bad"] && maps[0].probability >= maps[1].probability)
      for map in maps { summary.add(map) }
    }
  }
  let labels = summary.labels()
  #expect(
    labels.map(\.label) == ["bad", "good"] && labels.allSatisfy { $0.texts == 16 && $0.task == "mood" })
  for (label, positive, negative) in [(labels[1], "lovely", "dull"), (labels[0], "dull", "lovely")] {
    #expect(label.positive.contains { $0.text == positive && $0.kind == .word && $0.texts == 8 })
    #expect(label.negative.contains { $0.text == negative && $0.kind == .word })
    #expect(label.positive.contains { $0.kind != .word })
    #expect(label.positive.count <= 10 && label.positive.allSatisfy { $0.score > 0 && $0.texts >= 5 })
    #expect(label.negative.allSatisfy { $0.score < 0 && $0.texts >= 5 })
    let all = label.positive + label.negative
    // Eight texts have “rare”, in two maps of a label each; one has each of the others.
    #expect(!all.contains { $0.text.hasPrefix("once") })
    #expect(label.positive.map(\.score) == label.positive.map(\.score).sorted(by: >))
  }
  let multi = try explainer.explainDecision("a dull film", method: .gradients, task: "size")
  #expect((1...2).contains(multi.count))
}
