import DiscernModels
import DiscernTensor
import Testing

/// The description is made by the layers themselves, so it counts every parameter once.
@Test func theDescriptionCountsEveryParameter() throws {
  for change: (inout RecurrentConfiguration) -> Void in [
    { _ in }, { $0.residual = true }, { $0.batchNorm = .flattened },
    {
      $0.layerNorm = [.input, .between, .output]
      $0.pooling = Pooling.allCases
    },
    {
      $0.batchNorm = .recurrent
      $0.batchNormSteps = 3
    },
    { ($0.attentionLayers, $0.attentionHeads) = (2, 1) },
    { ($0.layerCount, $0.attentionLayers, $0.attentionHeads) = (0, 1, 1) },
    { $0.cell = .gru }, { $0.isBidirectional = false }, { $0.subwordBuckets = 12 },
  ] {
    var configuration = smallConfiguration(layers: 2)
    change(&configuration.network)
    let model = try NeuralClassifier(configuration: configuration, seed: 1)
    #expect(model.description.steps.reduce(0) { $0 + $1.parameterCount } == model.parameterCount)
  }
}

@Test func theDescriptionNamesTheStepsInOrder() throws {
  var configuration = ClassifierConfiguration(
    vocabularySize: 50, heads: [HeadConfiguration(.classes(count: 3))])
  configuration.network.embeddingSize = 8
  configuration.network.hiddenSize = 4
  configuration.network.attentionSize = 5
  configuration.network.wordDropout = 0.1
  configuration.network.residual = true
  let description = try NeuralClassifier(configuration: configuration, seed: 1).description
  #expect(
    description.steps.map(\.name) == [
      "embedding", "dropout 0.1 of words", "dropout 0.5 by word type", "bidirectional LSTM, 2 × 4",
      "plus its input", "additive pooling", "dropout 0.5", "linear, softmax",
    ])
  #expect(description.steps.map(\.output).prefix(4).last == .tokens(8))
  #expect(description.steps.map(\.output).last == .text(3))
  // Both directions' W_ih and W_hh, and attention's projection, score and sum.
  #expect(description.flopsPerToken == 2 * Double(2 * 16 * (8 + 4) + 8 * 5 + 5 + 8))
}

/// Draws are keyed by seed and name: an added layer changes no other weight.
@Test func initialDrawsDoNotDependOnOtherWeights() throws {
  let configuration = smallConfiguration()
  var larger = configuration
  larger.network.layerNorm = [.input]
  larger.network.residual = true
  let a = try NeuralClassifier(configuration: configuration, seed: 1).tensors
  let b = try NeuralClassifier(configuration: larger, seed: 1).tensors
  #expect(b.count > a.count)
  for (name, tensor) in a where tensor.shape == b[name]?.shape {
    #expect(b[name]?.values == tensor.values, "\(name)")
  }
}
