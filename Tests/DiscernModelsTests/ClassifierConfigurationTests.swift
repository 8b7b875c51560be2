import DiscernModels
import DiscernTensor
import Foundation
import Testing

@Test func defaultsAreValid() throws {
  try ClassifierConfiguration(vocabularySize: 25_000, classCount: 2).validate()
}

private let invalid: [(name: String, change: @Sendable (inout ClassifierConfiguration) -> Void)] = [
  ("vocabularySize", { $0.vocabularySize = 1 }), ("vocabularySize", { $0.vocabularySize = -5 }),
  ("vocabularySize", { $0.vocabularySize = .max }),
  ("classCount", { $0.heads[0].classCount = 1 }), ("classCount", { $0.heads[0].classCount = .min }),
  ("classCount", { $0.heads[0].classCount = .max }),
  ("classCount", { $0.heads[0] = ClassifierHead(classCount: 0, isMultiLabel: true) }),
  ("heads", { $0.heads = [] }), ("heads", { $0.heads.append(ClassifierHead(name: "a", classCount: 2)) }),
  (
    "heads",
    { $0.heads = [ClassifierHead(name: "a", classCount: 2), ClassifierHead(name: "a", classCount: 3)] }
  ),
  ("embeddingSize", { $0.embeddingSize = 0 }), ("embeddingSize", { $0.embeddingSize = .max }),
  ("hiddenSize", { $0.hiddenSize = 0 }), ("hiddenSize", { $0.hiddenSize = -1 }),
  ("hiddenSize", { $0.hiddenSize = .max }),
  ("layerCount", { $0.layerCount = 0 }), ("layerCount", { $0.layerCount = 65 }),
  ("attentionSize", { $0.attentionSize = 0 }),
  ("directionCount", { $0.directionCount = 0 }), ("directionCount", { $0.directionCount = 3 }),
  ("pooling", { $0.pooling = [] }), ("pooling", { $0.pooling = [.max, .mean, .max] }),
  ("embeddingDropout", { $0.embeddingDropout = 1 }), ("embeddingDropout", { $0.embeddingDropout = .nan }),
  ("layerDropout", { $0.layerDropout = -0.1 }), ("layerDropout", { $0.layerDropout = 0.1 }),
  ("wordDropout", { $0.wordDropout = 1 }), ("weightDropout", { $0.weightDropout = -1 }),
  ("layerNorm", { $0.layerNorm = [.input, .input] }), ("layerNorm", { $0.layerNorm = [.between] }),
  (
    "batchNorm",
    {
      $0.batchNorm = .flattened
      $0.layerNorm = [.output]
    }
  ),
  ("batchNormSteps", { $0.batchNorm = .perStep }), ("batchNormSteps", { $0.batchNormSteps = 5 }),
  (
    "batchNormSteps",
    {
      $0.batchNorm = .perStep
      $0.batchNormSteps = 0
    }
  ), ("backpropagationWindow", { $0.backpropagationWindow = 0 }),
  ("outputDropout", { $0.outputDropout = .infinity }),
]

@Test func everyValueThatCannotBeIsNamed() {
  for (name, change) in invalid {
    var configuration = ClassifierConfiguration(vocabularySize: 10, classCount: 2)
    change(&configuration)
    let error = #expect(throws: ModelError.self, "\(name)") { try configuration.validate() }
    guard case .invalidConfiguration(let named, let value, let expected) = error else {
      Issue.record("\(name): \(String(describing: error))")
      continue
    }
    #expect(named == name)
    let sentence = error?.description ?? ""
    #expect(sentence.contains(name) && sentence.contains(value) && sentence.contains(expected))
    #expect(throws: ModelError.self) { try AttentionLSTMClassifier(configuration: configuration, seed: 1) }
  }
}

@Test func configurationsSurviveJSON() throws {
  var configuration = smallConfiguration(dropout: 0.25)
  configuration.trainsEmbedding = false
  let data = try JSONEncoder().encode(configuration)
  #expect(try JSONDecoder().decode(ClassifierConfiguration.self, from: data) == configuration)
}
