import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor

extension TransformerFolder {
  /// Enough texts to measure a feature's mean and deviation.
  private static let sampleSize = 2_000

  /// The vectors of texts, which do not change while heads are trained.
  ///
  /// - Parameter onProgress: called with the number of texts done.
  func vectors(
    _ texts: EncodedTexts, _ compute: Compute, _ onProgress: (Int) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> TextVectors {
    let values = model.vectors(
      texts, compute: compute, onProgress: onProgress, isInterrupted: isInterrupted)
    if isInterrupted() { throw .interrupted }
    try DiscernError.requireFinite(values, size: model.configuration.hiddenSize)
    return TextVectors(size: model.configuration.hiddenSize, values: values)
  }

  /// The vectors of a sample of the texts, or of all texts if they have been computed already.
  func sample(
    _ texts: EncodedTexts, _ compute: Compute, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> [Float] {
    if let vectors = texts.vectors { return vectors.values }
    let step = max(1, texts.count / Self.sampleSize)
    let some = texts.selecting(Array(stride(from: 0, to: texts.count, by: step)))
    return try vectors(some, compute, { _ in }, isInterrupted).values
  }
}
