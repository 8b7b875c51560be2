import DiscernModels
import DiscernTensor
import Foundation
import Testing

@Test func defaultsAreValid() throws {
  try ClassifierConfiguration(vocabularySize: 25_000, classCount: 2).validate()
}

private let invalid: [(name: String, change: @Sendable (inout ClassifierConfiguration) -> Void)] = [
  ("words", { $0.vocabularySize = 1 }), ("words", { $0.vocabularySize = -5 }),
  ("words", { $0.vocabularySize = .max }),
  ("labels", { $0.heads[0].kind = .classes(count: 1) }),
  ("labels", { $0.heads[0].kind = .classes(count: .min) }),
  ("labels", { $0.heads[0].kind = .classes(count: .max) }),
  ("labels", { $0.heads[0] = HeadConfiguration(.labels(count: 0)) }),
  ("tasks", { $0.heads = [] }),
  ("tasks", { $0.heads.append(HeadConfiguration(name: "a", .classes(count: 2))) }),
  (
    "tasks",
    {
      $0.heads = [
        HeadConfiguration(name: "a", .classes(count: 2)), HeadConfiguration(name: "a", .classes(count: 3)),
      ]
    }
  ),
  ("embedding-dim", { $0.embeddingSize = 0 }), ("embedding-dim", { $0.embeddingSize = .max }),
  ("hidden", { $0.hiddenSize = 0 }), ("hidden", { $0.hiddenSize = -1 }),
  ("hidden", { $0.hiddenSize = .max }),
  ("layers", { $0.layerCount = 0 }), ("layers", { $0.layerCount = 65 }),
  ("attention-size", { $0.attentionSize = 0 }),
  ("directions", { $0.directionCount = 0 }), ("directions", { $0.directionCount = 3 }),
  ("pooling", { $0.pooling = [] }), ("pooling", { $0.pooling = [.max, .mean, .max] }),
  ("embedding-dropout", { $0.embeddingDropout = 1 }), ("embedding-dropout", { $0.embeddingDropout = .nan }),
  ("layer-dropout", { $0.layerDropout = -0.1 }), ("layer-dropout", { $0.layerDropout = 0.1 }),
  ("word-dropout", { $0.wordDropout = 1 }), ("weight-drop", { $0.weightDropout = -1 }),
  ("layer-norm", { $0.layerNorm = [.input, .input] }), ("layer-norm", { $0.layerNorm = [.between] }),
  (
    "batch-norm",
    {
      $0.batchNorm = .flattened
      $0.layerNorm = [.output]
    }
  ),
  ("steps of batch-norm", { $0.batchNorm = .perStep }), ("steps of batch-norm", { $0.batchNormSteps = 5 }),
  (
    "steps of batch-norm",
    {
      $0.batchNorm = .perStep
      $0.batchNormSteps = 0
    }
  ), ("bptt", { $0.backpropagationWindow = 0 }),
  ("dropout", { $0.outputDropout = .infinity }),
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
