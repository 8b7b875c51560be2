import Foundation

extension Tape {
  /// The mean cross-entropy of logits [N, C] against classes, with label smoothing ε: the target is
  /// 1 - ε for the class and ε / C spread over all (Szegedy et al. 2016; PyTorch's
  /// `CrossEntropyLoss(label_smoothing:)`). No one-hot matrix is built.
  ///
  /// Records the gradient at once; call `runBackward` afterwards.
  ///
  /// - Parameters:
  ///   - labels: [N]; -1: the row has none and does not count.
  ///   - weight: the loss is multiplied by it.
  /// - Returns: the loss in nats, 0 without any label, and softmax(logits) [N, C] row by row.
  package func crossEntropy(
    _ logits: Variable, labels: [Int32], smoothing: Float, weight: Float = 1
  ) -> (loss: Double, probabilities: Matrix) {
    let (count, classes) = (logits.value.rows, logits.value.columns)
    precondition(labels.count == count, "\(labels.count) labels for \(count) rows")
    let probabilities = workspace.matrix(count, classes)
    var total = 0.0
    var labelled = 0
    for row in 0..<count {
      let label = Int(labels[row])
      precondition(label >= -1 && label < classes, "label \(label) of \(classes) classes")
      let (z, p) = (logits.value.row(row), probabilities.row(row))
      let logSum = softmax(z, count: classes, into: p)
      if label < 0 { continue }
      labelled += 1
      var sum = 0.0
      for c in 0..<classes { sum += Double(z[c]) }
      // -Σ q log p, with log p = z - logSum
      let correct = logSum - Double(z[label])
      let spread = logSum - sum / Double(classes)
      total += Double(1 - smoothing) * correct + Double(smoothing) * spread
    }
    guard labelled > 0 else { return (0, probabilities) }
    record { [self, labelled] in
      let target = logits.gradientToAddTo(self)
      for row in 0..<count {
        let (p, gradient) = (probabilities.row(row), target.matrix.row(row))
        let scale = labels[row] < 0 ? 0 : weight / Float(labelled)
        for c in 0..<classes {
          let wanted = smoothing / Float(classes) + (c == Int(labels[row]) ? 1 - smoothing : 0)
          let value = scale * (p[c] - wanted)
          gradient[c] = target.accumulate ? gradient[c] + value : value
        }
      }
    }
    return (Double(weight) * total / Double(labelled), probabilities)
  }
}

/// softmax(z) into p, in double inside; returns log Σ exp z.
package func softmax(
  _ z: UnsafePointer<Float>, count: Int, into p: UnsafeMutablePointer<Float>
) -> Double {
  var largest = z[0]
  for c in 1..<max(1, count) where z[c] > largest { largest = z[c] }
  var sum = 0.0
  for c in 0..<count { sum += exp(Double(z[c] - largest)) }
  for c in 0..<count { p[c] = Float(exp(Double(z[c] - largest)) / sum) }
  return Double(largest) + log(sum)
}
