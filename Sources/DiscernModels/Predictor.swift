import DiscernCorpus
import DiscernEvaluation
import DiscernTensor

/// Runs a model, or several as one, without gradients, reusing one workspace. To be used by one thread at a
/// time.
package final class Predictor {
  /// The first model, or the only one.
  package var model: NeuralClassifier { members[0].model }
  /// How its heads turn logits into probabilities.
  package let outputs: HeadOutputs
  let members: [(model: NeuralClassifier, cache: ProjectionCache?)]
  let compute: Compute
  let workspace = Workspace()
  /// The steps of layers with skip gates over all texts so far.
  package internal(set) var steps = StepCounts()

  package convenience init(_ model: NeuralClassifier, compute: Compute) {
    self.init([model], compute: compute)
  }

  /// - Parameter models: at least one, all of the same shape. Their probabilities are averaged.
  package init(_ models: [NeuralClassifier], compute: Compute) {
    precondition(
      !models.isEmpty && models.allSatisfy { $0.configuration == models[0].configuration },
      "\(models.count) models, expected some of one shape")
    outputs = models[0].configuration.outputs
    members = models.map { ($0, $0.makeProjectionCache()) }
    self.compute = models[0].isQuantized ? compute.exact : compute
  }

  /// Logits of a batch, row-major [N, C], in the order of `batch.indices`. C counts the outputs of all heads,
  /// which follow one another in each row (`HeadOutputs.ranges`). For several models: logits that give the
  /// mean of their probabilities.
  ///
  /// - Parameter onAttention: called for each text of the batch with its index in the corpus and α by token,
  ///   which sum to 1; for several models, their mean. Not called for models without attention.
  package func logits(_ batch: PackedBatch, onAttention: ((Int, [Float]) -> Void)? = nil) -> [Float] {
    var attention: [Float]? =
      onAttention == nil || !model.hasAttention
      ? nil : Array(repeating: 0, count: batch.tokenCount)
    let results = members.map { logits(batch, of: $0.model, $0.cache, &attention) }
    if let onAttention, let attention { tell(attention, batch, onAttention) }
    return Ensemble.logits(results, outputs)
  }

  /// Calls `onAttention` for each text of a batch.
  ///
  /// - Parameter attention: [S] in packed order.
  func tell(_ attention: [Float], _ batch: PackedBatch, _ onAttention: (Int, [Float]) -> Void) {
    let layout = batch.layout
    for (sequence, index) in batch.indices.enumerated() {
      onAttention(index, (0..<layout.lengths[sequence]).map { attention[layout.offsets[$0] + sequence] })
    }
  }

  /// - Parameter attention: [S] in packed order, to which the model's share is added.
  private func logits(
    _ batch: PackedBatch, of model: NeuralClassifier, _ cache: ProjectionCache?,
    _ attention: inout [Float]?
  ) -> [Float] {
    workspace.reset()
    let tape = Tape(compute: compute, workspace: workspace, weights: model.weights, gradients: nil)
    let pass = Pass(tape, batch, cache: cache)
    let heads = model(pass).map(\.value)
    steps += pass.steps
    if attention != nil, let own = pass.attention?.array {
      for (place, weight) in own.enumerated() { attention?[place] += weight / Float(members.count) }
    }
    return sideBySide(heads)
  }

  /// Joins each head's logits [N, own C] into rows [N, C].
  func sideBySide(_ heads: [Matrix]) -> [Float] {
    if heads.count == 1 { return heads[0].array }
    var result: [Float] = []
    result.reserveCapacity(heads[0].rows * outputs.count)
    for row in 0..<heads[0].rows {
      for head in heads {
        result.append(contentsOf: UnsafeBufferPointer(start: head.row(row), count: head.columns))
      }
    }
    return result
  }

  /// Logits of many texts, row-major [count, C], in the texts' order. Texts are batched by length internally;
  /// each must have at least one token.
  ///
  /// - Parameter onAttention: as for a batch, with the texts' indices.
  package func logits(
    _ texts: EncodedTexts, tokensPerBatch: Int? = nil, onAttention: ((Int, [Float]) -> Void)? = nil
  ) -> [Float] {
    let tokensPerBatch = tokensPerBatch ?? model.configuration.encoder.tokensPerBatch
    let classes = outputs.count
    var result = [Float](repeating: 0, count: texts.count * classes)
    texts.forEachBatch(tokensPerBatch: tokensPerBatch) { batch in
      let values = logits(batch, onAttention: onAttention)
      for (row, index) in batch.indices.enumerated() {
        for c in 0..<classes { result[index * classes + c] = values[row * classes + c] }
      }
    }
    return result
  }

  /// Label probabilities of many texts, row-major [count, C], in the texts' order.
  package func probabilities(_ texts: EncodedTexts, tokensPerBatch: Int? = nil) -> [Float] {
    outputs.probabilities(ofLogits: logits(texts, tokensPerBatch: tokensPerBatch))
  }

  /// Label probabilities of a batch, row-major [N, C], in the order of `batch.indices`.
  package func probabilities(_ batch: PackedBatch) -> [Float] {
    outputs.probabilities(ofLogits: logits(batch))
  }

  /// Each head's probabilities for the texts whose answer is known (`HeadOutputs.predictions`).
  package func predictions(
    _ texts: EncodedTexts, _ targets: [TaskLabels]
  ) throws(EvaluationError) -> [TaskPredictions?] {
    try outputs.predictions(ofLogits: logits(texts), targets)
  }
}
