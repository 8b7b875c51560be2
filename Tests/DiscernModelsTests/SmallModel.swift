import DiscernCorpus
import DiscernModels
import DiscernTensor
import Foundation
import TestSupport
import Testing

/// A small model with every pooling, two layers and odd sizes.
func smallConfiguration(
  pooling: [Pooling] = Pooling.allCases, layers: Int = 2, dropout: Float = 0, classes: Int = 3
) -> ClassifierConfiguration {
  var configuration = ClassifierConfiguration(vocabularySize: 60, classCount: classes)
  configuration.network.embeddingSize = 9
  configuration.network.hiddenSize = 11
  configuration.network.attentionSize = 7
  configuration.network.layerCount = layers
  configuration.network.pooling = pooling
  configuration.network.embeddingDropout = dropout
  configuration.network.layerDropout = layers > 1 ? dropout : 0
  configuration.network.outputDropout = dropout
  return configuration
}

/// Texts of 1 to `longest` tokens with ids below `vocabulary`.
func randomTexts(_ count: Int, longest: Int, vocabulary: Int = 60, seed: UInt64) -> EncodedTexts {
  var generator = SeededGenerator(seed: seed)
  var texts = EncodedTexts()
  for _ in 0..<count {
    texts.append(
      (0..<Int.random(in: 1...longest, using: &generator)).map { _ in
        Int32.random(in: 0..<Int32(vocabulary), using: &generator)
      })
  }
  return texts
}

extension NeuralClassifier {
  /// Every weight by name.
  var tensors: [String: (shape: [Int], values: [Float])] {
    Dictionary(uniqueKeysWithValues: weights.tensors.map { ($0.name, ($0.shape, $0.values.array)) })
  }
}

/// One pass with gradients: logits, loss and every dense gradient by name.
struct TrainingPass {
  let logits: [Float]
  let loss: Double
  let gradients: Gradients
  let embeddingRows: (ids: [Int32], values: [Float])?
  /// Those of unknown words' letters.
  let letterRows: (ids: [Int32], values: [Float])?

  init(
    _ model: NeuralClassifier, _ batch: PackedBatch, labels: [Int32], smoothing: Float = 0.1,
    compute: Compute, seed: UInt64 = 1, step: Int = 1
  ) {
    let gradients = Gradients(layout: model.weights.layout)
    self.gradients = gradients
    let tape = Tape(
      compute: compute, workspace: Workspace(), weights: model.weights, gradients: gradients)
    // The values lie in the tape's workspace.
    (loss, logits, embeddingRows, letterRows) = withExtendedLifetime(tape) {
      let output = model(Pass(tape, batch, seed: seed, step: step))[0]
      let loss = tape.crossEntropy(
        output, labels: batch.indices.map { labels[$0] }, smoothing: smoothing,
        divisor: Double(batch.textCount)
      ).loss.mean
      tape.runBackward()
      func rows(_ table: EmbeddingTable?) -> (ids: [Int32], values: [Float])? {
        table.flatMap { gradients[$0] }.map { ($0.ids, $0.values.array) }
      }
      return (loss, output.value.array, rows(model.wordTable), rows(model.letterTable))
    }
  }
}

/// The scores of a training pass whose word vectors are moved; the vectors must get a finite gradient.
func movedLogits(
  _ model: NeuralClassifier, _ batch: PackedBatch, labels: [Int32], keepsStatistics: Bool = false,
  _ perturbation: (Workspace) -> Perturbation
) throws -> [Float] {
  let workspace = Workspace()
  let tape = Tape(
    compute: Compute(threadCount: 2), workspace: workspace, weights: model.weights,
    gradients: Gradients(layout: model.weights.layout), keepsStatistics: keepsStatistics)
  return try withExtendedLifetime(workspace) {
    let pass = Pass(tape, batch, seed: 1, step: 1, perturbation: perturbation(workspace))
    let output = model(pass)[0]
    _ = tape.crossEntropy(
      output, labels: batch.indices.map { labels[$0] }, smoothing: 0, divisor: Double(batch.textCount))
    let logits = output.value.array
    tape.runBackward()
    let gradient = try #require(pass.vectors?.gradient)
    #expect(gradient.array.contains { $0 != 0 } && gradient.array.allSatisfy { $0.isFinite })
    return logits
  }
}
