import DiscernSystem

extension Tape {
  /// The weighted cross-entropy of logits [N, C] against classes. A row's loss is
  /// -Σ_c q_c w_c (1 - p_c)^γ log p_c with p = softmax(logits) and the smoothed target q: 1 - ε for the
  /// class, plus ε / C for every class (Szegedy et al. 2016).
  ///
  /// With γ = 0 its mean is PyTorch's `CrossEntropyLoss(weight:, label_smoothing:)`: the mass is the sum of
  /// the rows' classes' weights. With ε = 0 it is the focal loss of Lin et al. (2017), eq. 4. No one-hot
  /// matrix is built. Records the gradient at once; call `runBackward` afterwards.
  ///
  /// - Parameters:
  ///   - labels: [N] classes; -1: the row has none and is ignored.
  ///   - smoothing: ε.
  ///   - classWeights: [C] w; nil: all 1.
  ///   - rowWeights: [N] a factor of each row, in the sum and in the mass; nil: all 1.
  ///   - focal: γ.
  ///   - weight: a factor of the gradient.
  ///   - divisor: the divisor of the gradient: the mass of all batches of the step; 0: no gradient.
  /// - Returns: the loss, and softmax(logits) [N, C] row by row.
  package func crossEntropy(
    _ logits: Variable, labels: [Int32], smoothing: Float, classWeights: [Float]? = nil,
    rowWeights: [Float]? = nil, focal: Float = 0, weight: Float = 1, divisor: Double
  ) -> (loss: LossSum, probabilities: Matrix) {
    let (count, classes) = (logits.value.rows, logits.value.columns)
    precondition(labels.count == count, "\(labels.count) labels for \(count) rows")
    precondition(rowWeights?.count ?? count == count, "\(rowWeights?.count ?? 0) weights for \(count) rows")
    let probabilities = workspace.matrix(count, classes)
    let target = SmoothedTarget(classes: classes, smoothing: smoothing, weights: classWeights)
    precondition(labels.allSatisfy { $0 >= -1 && $0 < classes }, "a label beyond \(classes) classes")
    // Rows are independent, and their losses are added in order: the bits are the same for any number of
    // threads.
    let block = Self.rows(ofColumns: classes)
    let losses = [Double](unsafeUninitializedCapacity: count) { losses, written in
      compute.forEachBlock(of: count, size: block) { rows in
        for row in rows {
          let (z, label) = (logits.value.row(row), Int(labels[row]))
          let logSum = softmax(z, count: classes, into: probabilities.row(row))
          losses[row] =
            label < 0
            ? 0
            : focal == 0
              ? target.crossEntropy(z, logSum: logSum, label: label)
              : target.focalLoss(z, logSum: logSum, label: label, gamma: Double(focal))
        }
      }
      written = count
    }
    var loss = LossSum()
    for row in 0..<count where labels[row] >= 0 { loss.sum += Double(rowWeights?[row] ?? 1) * losses[row] }
    loss.mass = LossSum.mass(classes: labels, classWeights: classWeights, rowWeights: rowWeights)
    guard divisor > 0, labels.contains(where: { $0 >= 0 }) else { return (loss, probabilities) }
    record { [self] in
      let (gradients, accumulate) = logits.gradientToAddTo(self)
      compute.forEachBlock(of: count, size: block) { rows in
        var terms = [Double](repeating: 0, count: focal == 0 ? 0 : classes)
        for row in rows {
          let (p, gradient) = (probabilities.row(row), gradients.row(row))
          let label = Int(labels[row])
          guard label >= 0 else {
            if !accumulate { gradient.update(repeating: 0, count: classes) }
            continue
          }
          let scale = weight * (rowWeights?[row] ?? 1) / Float(divisor)
          if focal == 0 {
            let sum = target.sum(label)
            for c in 0..<classes {
              let value = scale * (sum * p[c] - target[c, label])
              gradient[c] = accumulate ? gradient[c] + value : value
            }
          } else {
            let sum = target.focalTerms(
              logits.value.row(row), label: label, gamma: Double(focal), into: &terms)
            for c in 0..<classes {
              let value = scale * Float(terms[c] - Double(p[c]) * sum)
              gradient[c] = accumulate ? gradient[c] + value : value
            }
          }
        }
      }
    }
    return (loss, probabilities)
  }

  /// The number of rows per task: a few rows with few classes are not worth a thread.
  private static func rows(ofColumns columns: Int) -> Int { max(1, 4096 / max(1, columns)) }
}

/// q_c w_c: the weight of each class's term in a row's loss.
private struct SmoothedTarget {
  let classes: Int
  let smoothing: Float
  let weights: [Float]
  private let weightSum: Double

  init(classes: Int, smoothing: Float, weights: [Float]?) {
    precondition(weights?.count ?? classes == classes, "\(weights?.count ?? 0) weights of \(classes) classes")
    self.classes = classes
    self.smoothing = smoothing
    self.weights = weights ?? [Float](repeating: 1, count: classes)
    weightSum = self.weights.reduce(0) { $0 + Double($1) }
  }

  subscript(c: Int, label: Int) -> Float {
    weights[c] * (smoothing / Float(classes) + (c == label ? 1 - smoothing : 0))
  }

  /// Σ_c q_c w_c; 1 without weights.
  func sum(_ label: Int) -> Float {
    Float(Double(1 - smoothing) * Double(weights[label]) + Double(smoothing) * weightSum / Double(classes))
  }

  /// -Σ_c q_c w_c log p_c, with log p = z - logSum.
  func crossEntropy(_ z: UnsafePointer<Float>, logSum: Double, label: Int) -> Double {
    var sum = 0.0
    for c in 0..<classes { sum += Double(weights[c]) * Double(z[c]) }
    let correct = Double(weights[label]) * (logSum - Double(z[label]))
    let spread = weightSum / Double(classes) * logSum - sum / Double(classes)
    return Double(1 - smoothing) * correct + Double(smoothing) * spread
  }

  /// -Σ_c q_c w_c (1 - p_c)^γ log p_c.
  func focalLoss(_ z: UnsafePointer<Float>, logSum: Double, label: Int, gamma: Double) -> Double {
    var sum = 0.0
    for c in 0..<classes where self[c, label] != 0 {
      let logP = Double(z[c]) - logSum
      sum -= Double(self[c, label]) * pow(-expm1(logP), gamma) * logP
    }
    return sum
  }

  /// p_c times the derivative of the row's loss with respect to p_c, for each class, and their sum; the
  /// gradient with respect to z_c is then terms[c] - p_c · sum.
  func focalTerms(
    _ z: UnsafePointer<Float>, label: Int, gamma: Double, into terms: inout [Double]
  ) -> Double {
    let (largest, sum) = sumOfExponentials(z, count: classes)
    let logSum = Double(largest) + log(sum)
    var total = 0.0
    for c in 0..<classes {
      terms[c] = -Double(self[c, label]) * focalSlope(Double(z[c]) - logSum, gamma: gamma)
      total += terms[c]
    }
    return total
  }
}

/// p · d/dp [(1 - p)^γ log p] as a function of log p ≤ 0: (1 - p)^γ (1 - γ p log p / (1 - p)), which stays
/// finite where p rounds to 1.
func focalSlope(_ logP: Double, gamma: Double) -> Double {
  let rest = -expm1(logP)  // 1 - p
  // log p / (1 - p) approaches -1.
  let ratio = rest > 0 ? logP / rest : -1
  return pow(rest, gamma) * (1 - gamma * exp(logP) * (ratio.isFinite ? ratio : 0))
}

/// softmax(z) into p, computed in double precision; returns log Σ exp z.
package func softmax(
  _ z: UnsafePointer<Float>, count: Int, into p: UnsafeMutablePointer<Float>
) -> Double {
  let largest = largest(z, count: count)
  return withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { exponentials in
    var sum = 0.0
    for c in 0..<count {
      exponentials[c] = exp(Double(z[c] - largest))
      sum += exponentials[c]
    }
    for c in 0..<count { p[c] = Float(exponentials[c] / sum) }
    return Double(largest) + log(sum)
  }
}

private func largest(_ z: UnsafePointer<Float>, count: Int) -> Float {
  var largest = z[0]
  for c in 1..<max(1, count) where z[c] > largest { largest = z[c] }
  return largest
}

/// The largest z, and Σ exp(z - largest) in double precision.
private func sumOfExponentials(_ z: UnsafePointer<Float>, count: Int) -> (largest: Float, sum: Double) {
  let largest = largest(z, count: count)
  var sum = 0.0
  for c in 0..<count { sum += exp(Double(z[c] - largest)) }
  return (largest, sum)
}
