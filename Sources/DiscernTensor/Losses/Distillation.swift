import DiscernSystem

extension Tape {
  /// T² times the Kullback–Leibler divergence of softmax(logits / T) [N, C] from a teacher's, which is
  /// constant: Σ row weight · T² Σ p (log p − log q) (Hinton et al. 2015). Its mass is the sum of the rows'
  /// weights.
  ///
  /// Records the gradient at once; call `runBackward` afterwards.
  ///
  /// - Parameters:
  ///   - target: p [N, C], row-major: the teacher's probabilities at the same temperature.
  ///   - temperature: T.
  ///   - rowWeights: [N]; nil: all 1.
  ///   - weight: a factor of the gradient.
  ///   - divisor: the divisor of the gradient: the mass of all batches of the step.
  package func distillation(
    of logits: Variable, from target: [Float], temperature: Float, rowWeights: [Float]?, weight: Float = 1,
    divisor: Double
  ) -> LossSum {
    let (count, classes) = (logits.value.rows, logits.value.columns)
    precondition(target.count == count * classes, "the target's shape")
    let probabilities = workspace.matrix(count, classes)
    var loss = LossSum()
    for row in 0..<count {
      let q = probabilities.row(row)
      for c in 0..<classes { q[c] = logits.value.row(row)[c] / temperature }
      let rowWeight = Double(rowWeights?[row] ?? 1)
      var scaled = [Double](repeating: 0, count: classes)
      for c in 0..<classes { scaled[c] = Double(q[c]) }
      let logSum = softmax(q, count: classes, into: q)
      var sum = 0.0
      for c in 0..<classes where target[row * classes + c] > 0 {
        let p = Double(target[row * classes + c])
        sum += p * (log(p) - (scaled[c] - logSum))
      }
      loss += LossSum(sum: rowWeight * Double(temperature * temperature) * sum, mass: rowWeight)
    }
    recordGradient(of: logits, scale: weight * temperature / Float(divisor)) {
      (rowWeights?[$0 / classes] ?? 1) * (probabilities.pointer[$0] - target[$0])
    }
    return loss
  }

  /// The same for labels that are yes-or-no questions, with sigmoid(logits / T); a row's weight counts once
  /// for each label in the mass.
  ///
  /// - Parameters: as for `distillation`.
  package func binaryDistillation(
    of logits: Variable, from target: [Float], temperature: Float, rowWeights: [Float]?, weight: Float = 1,
    divisor: Double
  ) -> LossSum {
    let (count, classes) = (logits.value.rows, logits.value.columns)
    precondition(target.count == count * classes, "the target's shape")
    let probabilities = workspace.matrix(count, classes)
    var loss = LossSum()
    for index in 0..<count * classes {
      let rowWeight = Double(rowWeights?[index / classes] ?? 1)
      let scaled = logits.value.pointer[index] / temperature
      probabilities.pointer[index] = scaled
      let (z, p) = (Double(scaled), Double(target[index]))
      var value = 0.0
      if p > 0 { value += p * (log(p) + softplus(-z)) }
      if p < 1 { value += (1 - p) * (log(1 - p) + softplus(z)) }
      loss += LossSum(sum: rowWeight * Double(temperature * temperature) * value, mass: rowWeight)
    }
    sigmoid(probabilities.pointer, count: count * classes, into: probabilities.pointer)
    recordGradient(of: logits, scale: weight * temperature / Float(divisor)) {
      (rowWeights?[$0 / classes] ?? 1) * (probabilities.pointer[$0] - target[$0])
    }
    return loss
  }
}
