import DiscernTensor

/// Losses of a step that is one batch, as means.
extension Tape {
  func meanCrossEntropy(
    _ logits: Variable, labels: [Int32], smoothing: Float, classWeights: [Float]? = nil,
    rowWeights: [Float]? = nil, focal: Float = 0, weight: Float = 1
  ) -> (loss: Double, probabilities: Matrix) {
    let divisor = LossSum.mass(classes: labels, classWeights: classWeights, rowWeights: rowWeights)
    let result = crossEntropy(
      logits, labels: labels, smoothing: smoothing, classWeights: classWeights, rowWeights: rowWeights,
      focal: focal, weight: weight, divisor: divisor)
    return (Double(weight) * result.loss.mean, result.probabilities)
  }

  func meanBinaryCrossEntropy(
    _ logits: Variable, labels: [Int32], sets: [[Int32]], smoothing: Float, classWeights: [Float]? = nil,
    rowWeights: [Float]? = nil, focal: Float = 0, weight: Float = 1
  ) -> (loss: Double, probabilities: Matrix) {
    let divisor = LossSum.mass(labels: labels, count: logits.value.columns, rowWeights: rowWeights)
    let result = binaryCrossEntropy(
      logits, labels: labels, sets: sets, smoothing: smoothing, classWeights: classWeights,
      rowWeights: rowWeights, focal: focal, weight: weight, divisor: divisor)
    return (Double(weight) * result.loss.mean, result.probabilities)
  }

  func meanDivergence(of logits: Variable, from target: Matrix, weight: Float = 1) -> Double {
    let divisor = Double(target.rows)
    return Double(weight) * divergence(of: logits, from: target, weight: weight, divisor: divisor).mean
  }

  func meanBinaryDivergence(of logits: Variable, from target: Matrix, weight: Float = 1) -> Double {
    let divisor = Double(target.count)
    return Double(weight) * binaryDivergence(of: logits, from: target, weight: weight, divisor: divisor).mean
  }
}
