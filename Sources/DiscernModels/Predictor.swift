import DiscernBatching
import DiscernTensor

/// Runs a model without gradients, reusing one workspace. For one thread at a time.
public final class Predictor {
  public let model: AttentionLSTMClassifier
  private let compute: Compute
  private let workspace = Workspace()

  public init(_ model: AttentionLSTMClassifier, compute: Compute) {
    self.model = model
    self.compute = compute
  }

  /// Logits of a batch, row-major [N, C], in the order of `batch.indices`.
  public func logits(_ batch: PackedBatch) -> [Float] {
    workspace.reset()
    let tape = Tape(compute: compute, workspace: workspace, weights: model.weights, gradients: nil)
    return model.forward(tape, batch).logits.value.array
  }

  /// Class probabilities of a batch, row-major [N, C], in the order of `batch.indices`.
  public func probabilities(_ batch: PackedBatch) -> [Float] {
    var values = logits(batch)
    let classes = model.configuration.classCount
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for row in 0..<batch.textCount {
        _ = softmax(base + row * classes, count: classes, into: base + row * classes)
      }
    }
    return values
  }
}
