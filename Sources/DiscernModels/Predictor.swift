import DiscernBatching
import DiscernCorpus
import DiscernTensor

/// Runs a model without gradients, reusing one workspace. For one thread at a time.
public final class Predictor {
  public let model: AttentionLSTMClassifier
  private let compute: Compute
  private let workspace = Workspace()
  private let cache: ProjectionCache

  public init(_ model: AttentionLSTMClassifier, compute: Compute) {
    self.model = model
    self.compute = compute
    cache = model.makeProjectionCache()
  }

  /// Logits of a batch, row-major [N, C], in the order of `batch.indices`.
  public func logits(_ batch: PackedBatch) -> [Float] {
    workspace.reset()
    let tape = Tape(compute: compute, workspace: workspace, weights: model.weights, gradients: nil)
    return model.forward(tape, batch, cache: cache).logits.value.array
  }

  /// Logits of many texts, row-major [count, C], in the texts' order. Texts are batched by length
  /// inside; each must have at least one token.
  public func logits(_ texts: EncodedTexts, tokensPerBatch: Int = 16_384) -> [Float] {
    let classes = model.configuration.classCount
    var result = [Float](repeating: 0, count: texts.count * classes)
    let lengths = (0..<texts.count).map(texts.length)
    let order = (0..<texts.count).sorted { lengths[$0] != lengths[$1] ? lengths[$0] > lengths[$1] : $0 < $1 }
    var start = 0
    while start < order.count {
      var (end, tokens) = (start, 0)
      while end < order.count, end == start || tokens + lengths[order[end]] <= tokensPerBatch {
        tokens += lengths[order[end]]
        end += 1
      }
      let batch = PackedBatch(texts, indices: Array(order[start..<end]))
      let values = logits(batch)
      for (row, index) in batch.indices.enumerated() {
        for c in 0..<classes { result[index * classes + c] = values[row * classes + c] }
      }
      start = end
    }
    return result
  }

  /// Class probabilities of many texts, row-major [count, C], in the texts' order.
  public func probabilities(_ texts: EncodedTexts, tokensPerBatch: Int = 16_384) -> [Float] {
    softmaxOfRows(logits(texts, tokensPerBatch: tokensPerBatch))
  }

  /// Class probabilities of a batch, row-major [N, C], in the order of `batch.indices`.
  public func probabilities(_ batch: PackedBatch) -> [Float] { softmaxOfRows(logits(batch)) }

  /// Softmax of each row of logits [n, C], divided by the temperature first.
  public func softmaxOfRows(_ logits: [Float], temperature: Double = 1) -> [Float] {
    let scale = Float(1 / temperature)
    var values = logits.map { $0 * scale }
    let classes = model.configuration.classCount
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      for row in stride(from: 0, to: buffer.count, by: classes) {
        _ = softmax(base + row, count: classes, into: base + row)
      }
    }
    return values
  }
}
