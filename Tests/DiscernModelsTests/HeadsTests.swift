import DiscernCorpus
import DiscernModels
import DiscernTensor
import Foundation
import Testing

private func configuration(_ heads: [ClassifierHead]) -> ClassifierConfiguration {
  var configuration = smallConfiguration(dropout: 0)
  configuration.heads = heads
  return configuration
}

private let three = [
  ClassifierHead(name: "a", classCount: 3), ClassifierHead(name: "b", classCount: 4, isMultiLabel: true),
  ClassifierHead(name: "c", classCount: 2),
]

@Test func severalHeadsHaveWeightsOfTheirOwn() throws {
  let one = try AttentionLSTMClassifier(configuration: smallConfiguration(), seed: 1)
  let many = try AttentionLSTMClassifier(configuration: configuration(three), seed: 1)
  #expect(one.shapes.suffix(2).map(\.name) == ["output.weight", "output.bias"])
  #expect(
    many.shapes.suffix(6).map(\.name) == [
      "output.a.weight", "output.a.bias", "output.b.weight", "output.b.bias", "output.c.weight",
      "output.c.bias",
    ])
  // A single head is named so whatever its task is called.
  let named = try AttentionLSTMClassifier(
    configuration: configuration([ClassifierHead(name: "a", classCount: 3)]), seed: 1)
  #expect(named.tensors.mapValues(\.values) == one.tensors.mapValues(\.values))
}

/// Each head's logits are what a model of that head alone would say, bit for bit.
@Test func aHeadAmongOthersSaysWhatItSaysAlone() throws {
  let many = try AttentionLSTMClassifier(configuration: configuration(three), seed: 1)
  let texts = randomTexts(20, longest: 12, seed: 2)
  let predictor = Predictor(many, compute: Compute(threadCount: 2))
  let (logits, probabilities) = (predictor.logits(texts), predictor.probabilities(texts))
  let ranges = many.configuration.headRanges
  #expect(many.configuration.outputCount == 9 && ranges == [0..<3, 3..<7, 7..<9])
  for (head, range) in zip(three, ranges) {
    var tensors = many.tensors.filter { !$0.key.hasPrefix("output.") }
    for part in ["weight", "bias"] { tensors["output.\(part)"] = many.tensors["output.\(head.name).\(part)"] }
    let alone = try AttentionLSTMClassifier(configuration: configuration([head]), tensors: tensors)
    let own = Predictor(alone, compute: Compute(threadCount: 1))
    let (ownLogits, ownProbabilities) = (own.logits(texts), own.probabilities(texts))
    for row in 0..<20 {
      let (place, ownPlace) = (9 * row + range.lowerBound, range.count * row)
      #expect(
        Array(logits[place..<place + range.count]) == Array(ownLogits[ownPlace..<ownPlace + range.count]))
      let values = Array(probabilities[place..<place + range.count])
      #expect(values == Array(ownProbabilities[ownPlace..<ownPlace + range.count]))
      if head.isMultiLabel {
        for (value, logit) in zip(values, logits[place...]) {
          #expect(abs(Double(value) - 1 / (1 + exp(-Double(logit)))) < 1e-7)
        }
      } else {
        #expect(abs(values.reduce(0, +) - 1) < 1e-6)
      }
    }
  }
}

@Test func headsSurviveJSON() throws {
  let configuration = configuration(three)
  let data = try JSONEncoder().encode(configuration)
  #expect(try JSONDecoder().decode(ClassifierConfiguration.self, from: data) == configuration)
}
