/// A loss summed over rows, and its mass: the divisor that makes the sum a mean.
///
/// The mean of the batches' means is not the mean of a step: sums and masses are added, and then divided. The
/// divisor of a loss's gradient is therefore an argument: the mass of all batches of the step, which depends
/// only on labels and weights and is known before the first pass.
package struct LossSum: Sendable, Hashable, Codable, BitwiseCopyable {
  /// In nats.
  package var sum: Double
  package var mass: Double

  package init(sum: Double = 0, mass: Double = 0) {
    self.sum = sum
    self.mass = mass
  }

  /// The mean in nats; 0 if nothing counts.
  package var mean: Double { mass > 0 ? sum / mass : 0 }

  package static func += (a: inout LossSum, b: LossSum) {
    a.sum += b.sum
    a.mass += b.mass
  }

  /// The mass of `Tape.crossEntropy`: Σ over the rows with a label of the row's weight times the label's.
  ///
  /// - Parameters: as for `crossEntropy`.
  package static func mass(classes labels: [Int32], classWeights: [Float]?, rowWeights: [Float]?) -> Double {
    var mass = 0.0
    for (row, label) in labels.enumerated() where label >= 0 {
      mass += Double(rowWeights?[row] ?? 1) * Double(classWeights?[Int(label)] ?? 1)
    }
    return mass
  }

  /// The mass of `Tape.binaryCrossEntropy`: Σ over the rows whose labels are known of the row's weight, times
  /// the number of labels.
  ///
  /// - Parameters:
  ///   - labels: [N] indices of sets, -1 if they are unknown.
  ///   - count: C.
  package static func mass(labels: [Int32], count: Int, rowWeights: [Float]?) -> Double {
    var mass = 0.0
    for (row, label) in labels.enumerated() where label >= 0 { mass += Double(rowWeights?[row] ?? 1) }
    return mass * Double(count)
  }
}
