import DiscernCorpus
import DiscernModels
import DiscernTensor
import Foundation
import Testing

private func configuration(_ heads: [HeadConfiguration]) -> ClassifierConfiguration {
  var configuration = smallConfiguration(dropout: 0)
  configuration.heads = heads
  return configuration
}

private let three = [
  HeadConfiguration(name: "a", .classes(count: 3)), HeadConfiguration(name: "b", .labels(count: 4)),
  HeadConfiguration(name: "c", .classes(count: 2)),
]

@Test func severalHeadsHaveWeightsOfTheirOwn() throws {
  let one = try NeuralClassifier(configuration: smallConfiguration(), seed: 1)
  let many = try NeuralClassifier(configuration: configuration(three), seed: 1)
  #expect(one.shapes.suffix(2).map(\.name) == ["output.weight", "output.bias"])
  #expect(
    many.shapes.suffix(6).map(\.name) == [
      "output.a.weight", "output.a.bias", "output.b.weight", "output.b.bias", "output.c.weight",
      "output.c.bias",
    ])
  // A single head is named so whatever its task is called.
  let named = try NeuralClassifier(
    configuration: configuration([HeadConfiguration(name: "a", .classes(count: 3))]), seed: 1)
  #expect(named.tensors.mapValues(\.values) == one.tensors.mapValues(\.values))
}

/// Each head's logits are those of a model with that head alone, bit for bit.
@Test func aHeadAmongOthersSaysWhatItSaysAlone() throws {
  let many = try NeuralClassifier(configuration: configuration(three), seed: 1)
  let texts = randomTexts(20, longest: 12, seed: 2)
  let predictor = Predictor(many, compute: Compute(threadCount: 2))
  let (logits, probabilities) = (predictor.logits(texts), predictor.probabilities(texts))
  let ranges = many.configuration.outputs.ranges
  #expect(many.configuration.outputs.count == 9 && ranges == [0..<3, 3..<7, 7..<9])
  for (head, range) in zip(three, ranges) {
    var tensors = many.tensors.filter { !$0.key.hasPrefix("output.") }
    for part in ["weight", "bias"] { tensors["output.\(part)"] = many.tensors["output.\(head.name).\(part)"] }
    let alone = try NeuralClassifier(configuration: configuration([head]), tensors: tensors)
    let own = Predictor(alone, compute: Compute(threadCount: 1))
    let (ownLogits, ownProbabilities) = (own.logits(texts), own.probabilities(texts))
    for row in 0..<20 {
      let (place, ownPlace) = (9 * row + range.lowerBound, range.count * row)
      #expect(
        Array(logits[place..<place + range.count]) == Array(ownLogits[ownPlace..<ownPlace + range.count]))
      let values = Array(probabilities[place..<place + range.count])
      #expect(values == Array(ownProbabilities[ownPlace..<ownPlace + range.count]))
      switch head.kind {
      case .labels:
        for (value, logit) in zip(values, logits[place...]) {
          #expect(abs(Double(value) - 1 / (1 + exp(-Double(logit)))) < 1e-7)
        }
      case .classes: #expect(abs(values.reduce(0, +) - 1) < 1e-6)
      }
    }
  }
}

@Test func headsSurviveJSON() throws {
  let configuration = configuration(three)
  let data = try JSONEncoder().encode(configuration)
  #expect(try JSONDecoder().decode(ClassifierConfiguration.self, from: data) == configuration)
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  #expect(
    String(decoding: try encoder.encode(three), as: UTF8.self)
      == #"[{"classes":3,"name":"a"},{"labels":4,"name":"b"},{"classes":2,"name":"c"}]"#)
}

/// The first format had a count and a flag.
@Test func headsOfTheFirstFormatAreRead() throws {
  func heads(_ json: String) throws -> [HeadConfiguration] {
    try JSONDecoder().decode([HeadConfiguration].self, from: Data(json.utf8))
  }
  #expect(
    try heads(
      #"[{"name":"a","classCount":3,"isMultiLabel":false},{"name":"b","classCount":4,"isMultiLabel":true}]"#)
      == Array(three.prefix(2)))
  for json in [
    #"[{"name":"a"}]"#, #"[{"name":"a","classes":3,"labels":3}]"#, #"[{"name":"a","classCount":3}]"#,
    #"[{"name":"a","values":1}]"#, #"[{"name":"a","classes":2.5}]"#,
  ] {
    #expect(throws: DecodingError.self, "\(json)") { try heads(json) }
  }
}
