import DiscernSystem

extension Tape {
  /// The weighted binary cross-entropy of logits [N, C]: every label is a separate question, answered by p =
  /// sigmoid(logit). A cell's loss is -w_c t (1 - p)^γ log p - (1 - t) p^γ log(1 - p), with the target t = 1
  /// - ε / 2 where the label applies and ε / 2 where it doesn't.
  ///
  /// With γ = ε = 0 its mean is PyTorch's `BCEWithLogitsLoss(pos_weight:)`; with ε = 0 the focal loss of Lin
  /// et al. (2017). Records the gradient at once; call `runBackward` afterwards.
  ///
  /// - Parameters:
  ///   - labels: [N] indices in `sets`, whose sets contain the ids, below C, of the labels that apply; -1:
  ///     the labels are unknown, and the row is ignored.
  ///   - smoothing: ε.
  ///   - classWeights: [C] w, the factor of a label where it applies; nil: all 1.
  ///   - rowWeights: [N] a factor of each row, in the sum and in the mass; nil: all 1.
  ///   - focal: γ.
  ///   - weight: a factor of the gradient.
  ///   - divisor: the divisor of the gradient: the mass of all batches of the step; 0: no gradient.
  /// - Returns: the loss, summed over rows and labels, and sigmoid(logits) [N, C].
  package func binaryCrossEntropy(
    _ logits: Variable, labels: [Int32], sets: [[Int32]], smoothing: Float, classWeights: [Float]? = nil,
    rowWeights: [Float]? = nil, focal: Float = 0, weight: Float = 1, divisor: Double
  ) -> (loss: LossSum, probabilities: Matrix) {
    let (count, classes) = (logits.value.rows, logits.value.columns)
    precondition(labels.count == count, "\(labels.count) labels for \(count) rows")
    precondition(rowWeights?.count ?? count == count, "\(rowWeights?.count ?? 0) weights for \(count) rows")
    precondition(
      classWeights?.count ?? classes == classes, "\(classWeights?.count ?? 0) weights of \(classes) classes")
    let probabilities = workspace.matrix(count, classes)
    let slopes = workspace.matrix(count, classes)  // of a row's loss
    let (low, gamma) = (Double(smoothing) / 2, Double(focal))
    var holds = [Bool](repeating: false, count: classes)
    var loss = LossSum()
    for row in 0..<count {
      let (z, p, slope) = (logits.value.row(row), probabilities.row(row), slopes.row(row))
      sigmoid(z, count: classes, into: p)
      guard labels[row] >= 0 else {
        slope.update(repeating: 0, count: classes)
        continue
      }
      for label in sets[Int(labels[row])] { holds[Int(label)] = true }
      let factor = Double(rowWeights?[row] ?? 1)
      var sum = 0.0
      for c in 0..<classes {
        let target = holds[c] ? 1 - low : low
        let positive = Double(classWeights?[c] ?? 1) * target
        let negative = 1 - target
        let logP = -softplus(-Double(z[c]))
        let logQ = -softplus(Double(z[c]))  // log(1 - p)
        let (own, other) = (exp(logP), exp(logQ))
        sum -= positive * pow(other, gamma) * logP + negative * pow(own, gamma) * logQ
        // dp/dz = p (1 - p): each term's slope is its focal slope times the probability of the other outcome.
        let value =
          -positive * focalSlope(logP, gamma: gamma) * other + negative * focalSlope(logQ, gamma: gamma) * own
        slope[c] = Float(factor * value)
      }
      for label in sets[Int(labels[row])] { holds[Int(label)] = false }
      loss.sum += factor * sum
    }
    loss.mass = LossSum.mass(labels: labels, count: classes, rowWeights: rowWeights)
    guard divisor > 0, labels.contains(where: { $0 >= 0 }) else { return (loss, probabilities) }
    recordGradient(of: logits, scale: weight / Float(divisor)) { slopes.pointer[$0] }
    return (loss, probabilities)
  }
}

/// 1 / (1 + exp(-z)) into p, computed in double precision.
package func sigmoid(_ z: UnsafePointer<Float>, count: Int, into p: UnsafeMutablePointer<Float>) {
  for c in 0..<count { p[c] = Float(1 / (1 + exp(-Double(z[c])))) }
}

/// log(1 + exp(x)) without overflow.
func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
