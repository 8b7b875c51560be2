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
  ("the number of tasks", { $0.heads = [] }),
  ("tasks", { $0.heads.append(HeadConfiguration(name: "a", .classes(count: 2))) }),
  (
    "tasks",
    {
      $0.heads = [
        HeadConfiguration(name: "a", .classes(count: 2)), HeadConfiguration(name: "a", .classes(count: 3)),
      ]
    }
  ),
]

private let invalidNetworks: [(name: String, change: @Sendable (inout RecurrentConfiguration) -> Void)] = [
  ("embedding-dim", { $0.embeddingSize = 0 }), ("embedding-dim", { $0.embeddingSize = .max }),
  ("hidden", { $0.hiddenSize = 0 }), ("hidden", { $0.hiddenSize = -1 }),
  ("hidden", { $0.hiddenSize = .max }),
  ("layers", { $0.layerCount = 0 }), ("layers", { $0.layerCount = 65 }),
  ("attention-size", { $0.attentionSize = 0 }),
  ("attention-window", { $0.attentionWindow = 0 }), ("attention-window", { $0.attentionWindow = -1 }),
  ("attention-projection", { ($0.attentionProjection, $0.attentionProjectionTokens) = (0, 9) }),
  ("attention-projection", { ($0.attentionProjection, $0.attentionProjectionTokens) = (4097, 9) }),
  ("tokens of attention-projection", { $0.attentionProjection = 5 }),
  ("tokens of attention-projection", { ($0.attentionProjection, $0.attentionProjectionTokens) = (5, 0) }),
  ("tokens of attention-projection", { $0.attentionProjectionTokens = 5 }),
  ("attention-memory", { ($0.attentionMemory, $0.backpropagationWindow) = (0, 9) }),
  ("attention-memory", { ($0.attentionMemory, $0.backpropagationWindow) = (.max, 9) }),
  ("attention-memory", { $0.attentionMemory = 5 }),
  (
    "attention-window",
    {
      ($0.attentionMemory, $0.backpropagationWindow) = (5, 9)
      $0.attentionWindow = 3
    }
  ),
  (
    "attention-memory",
    {
      ($0.attentionProjection, $0.attentionProjectionTokens) = (5, 9)
      ($0.attentionMemory, $0.backpropagationWindow) = (5, 9)
    }
  ),
  (
    "relative-positions",
    {
      ($0.attentionProjection, $0.attentionProjectionTokens) = (5, 9)
      ($0.attentionLayers, $0.relativePositions) = (1, true)
    }
  ),
  (
    "attention-window",
    {
      ($0.attentionProjection, $0.attentionProjectionTokens) = (5, 9)
      $0.attentionWindow = 3
    }
  ),
  ("pooling", { $0.pooling = [] }), ("pooling", { $0.pooling = [.max, .mean, .max] }),
  ("embedding-dropout", { $0.embeddingDropout = 1 }), ("embedding-dropout", { $0.embeddingDropout = .nan }),
  ("layer-dropout", { $0.layerDropout = -0.1 }), ("layer-dropout", { $0.layerDropout = 0.1 }),
  ("subword-buckets", { $0.subwordBuckets = -1 }), ("subword-dropout", { $0.subwordDropout = 1 }),
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
  (
    "batch-norm",
    {
      $0.batchNorm = .recurrent
      $0.batchNormSteps = 5
      $0.cell = .gru
    }
  ),
  (
    "bptt",
    {
      $0.batchNorm = .recurrent
      $0.batchNormSteps = 5
      $0.backpropagationWindow = 7
    }
  ),
  ("dropout", { $0.outputDropout = .infinity }),
]

@Test func everyValueThatCannotBeIsNamed() {
  let networks = invalidNetworks.map { name, change in
    (name, { (configuration: inout ClassifierConfiguration) in change(&configuration.network) })
  }
  for (name, change) in invalid.map({ ($0.name, $0.change) }) + networks {
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
    #expect(throws: ModelError.self) { try NeuralClassifier(configuration: configuration, seed: 1) }
  }
}

@Test func configurationsSurviveJSON() throws {
  var configuration = smallConfiguration(dropout: 0.25)
  configuration.network.trainsEmbedding = false
  let data = try JSONEncoder().encode(configuration)
  #expect(try JSONDecoder().decode(ClassifierConfiguration.self, from: data) == configuration)
}

@Test func aConfigurationIsReadAsItWasWritten() throws {
  var configuration = ClassifierConfiguration(vocabularySize: 10, classCount: 2)
  configuration.network.isBidirectional = false
  configuration.network.pooling = [.max, .last]
  configuration.network.backpropagationWindow = 7
  configuration.network.layerDropout = 0.25
  (configuration.network.attentionLayers, configuration.network.attentionHeads) = (1, 2)
  configuration.network.attentionProjection = 7
  configuration.network.attentionProjectionPerHead = true
  configuration.network.attentionProjectionTokens = 90
  let data = try JSONEncoder().encode(configuration)
  #expect(String(decoding: data, as: UTF8.self).contains(#""encoder":{"recurrent":{"#))
  #expect(try JSONDecoder().decode(ClassifierConfiguration.self, from: data) == configuration)
}

@Test func segmentsAndPositionsAreReadAsTheyWereWritten() throws {
  for isRelative in [nil, true, false] {
    var configuration = ClassifierConfiguration(vocabularySize: 10, classCount: 2)
    configuration.network.attentionLayers = 1
    (configuration.network.attentionMemory, configuration.network.backpropagationWindow) = (7, 9)
    configuration.network.relativePositions = isRelative
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(ClassifierConfiguration.self, from: data) == configuration)
    #expect(configuration.network.hasRelativePositions == isRelative ?? true)
  }
}

/// Models of the first format have the network's choices beside the others; what is missing has its default.
@Test func theFirstFormatIsRead() throws {
  let text = """
    {"vocabularySize": 10, "heads": [{"name": "", "classes": 2}], "hiddenSize": 7, "directionCount": 1,
     "cell": "gru", "layerDropout": 0}
    """
  let configuration = try JSONDecoder().decode(ClassifierConfiguration.self, from: Data(text.utf8))
  var expected = ClassifierConfiguration(vocabularySize: 10, classCount: 2)
  expected.network.hiddenSize = 7
  expected.network.isBidirectional = false
  expected.network.cell = .gru
  expected.network.layerDropout = 0
  #expect(configuration == expected)
}
