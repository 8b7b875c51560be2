import DiscernModels
import DiscernTensor
import Testing

private func configuration(
  _ change: (inout RecurrentConfiguration) -> Void
) -> ClassifierConfiguration {
  var configuration = smallConfiguration(layers: 1)
  (configuration.network.attentionLayers, configuration.network.attentionHeads) = (2, 2)
  change(&configuration.network)
  return configuration
}

private func logits(
  longest: Int, _ change: (inout RecurrentConfiguration) -> Void
) throws -> [Float] {
  let model = try NeuralClassifier(configuration: configuration(change), seed: 1)
  let texts = randomTexts(12, longest: longest, seed: 5)
  return Predictor(model, compute: Compute(threadCount: 2)).logits(
    PackedBatch(texts, indices: Array(0..<12)))
}

/// Draws are keyed by names, so that all other weights are the same.
@Test func whereNothingIsHiddenTheAnswersAreThoseOfWholeAttention() throws {
  let whole = try logits(longest: 30) { _ in }
  #expect(try logits(longest: 30) { $0.attentionWindow = 30 } == whole)
  #expect(try logits(longest: 30) { $0.attentionWindow = 2 } != whole)
  for isPerHead in [false, true] {
    // Initially, projections preserve texts that have as many tokens as there are rows.
    for (rows, tokens) in [(30, 30), (30, 100), (64, 31)] {
      let projected = try logits(longest: 30) {
        ($0.attentionProjection, $0.attentionProjectionTokens) = (rows, tokens)
        $0.attentionProjectionPerHead = isPerHead
      }
      #expect(zip(projected, whole).allSatisfy { abs($0 - $1) < 1e-6 })
    }
    let mixed = try logits(longest: 30) {
      ($0.attentionProjection, $0.attentionProjectionTokens) = (4, 30)
      $0.attentionProjectionPerHead = isPerHead
    }
    #expect(mixed != whole && mixed.allSatisfy(\.isFinite))
  }
}

/// There are no more rows than tokens.
@Test func theShapesOfProjectionsAreThoseOfTheirChoices() throws {
  for (isPerHead, rows) in [(false, 20), (true, 40)] {
    let model = try NeuralClassifier(
      configuration: configuration {
        ($0.attentionProjection, $0.attentionProjectionTokens) = (64, 20)
        $0.attentionProjectionPerHead = isPerHead
      }, seed: 1)
    for name in ["key", "value"] {
      let shape = model.shapes.first { $0.name == "self_attention.l1.\(name)_projection.weight" }?.shape
      #expect(shape == [rows, 20])
    }
  }
}
