/// A loss added up over rows, and the mass that the sum is divided by to be a mean.
///
/// A mean taken in each of a step's batches is not the mean of the step: sums and masses are added, and
/// then divided. The divisor of a loss's gradient is therefore an argument: the mass of all batches of the
/// step, which depends only on labels and weights and is known before the first pass.
package struct LossSum: Sendable, Hashable, Codable, BitwiseCopyable {
  /// Nats.
  package var sum: Double
  package var mass: Double

  package init(sum: Double = 0, mass: Double = 0) {
    self.sum = sum
    self.mass = mass
  }

  /// The mean, nats; 0 where nothing counts.
  package var mean: Double { mass > 0 ? sum / mass : 0 }

  package static func += (a: inout LossSum, b: LossSum) {
    a.sum += b.sum
    a.mass += b.mass
  }

  /// The mass of `Tape.crossEntropy`: Σ over the rows with a label of the row's weight times the label's.
  ///
  /// - Parameters: as `crossEntropy` has them.
  package static func mass(classes labels: [Int32], classWeights: [Float]?, rowWeights: [Float]?) -> Double {
    var mass = 0.0
    for (row, label) in labels.enumerated() where label >= 0 {
      mass += Double(rowWeights?[row] ?? 1) * Double(classWeights?[Int(label)] ?? 1)
    }
    return mass
  }

  /// The mass of `Tape.binaryCrossEntropy`: Σ over the rows whose labels are known of the row's weight,
  /// times the number of labels that are requested.
  ///
  /// - Parameters:
  ///   - labels: [N] numbers of sets, -1 where they are not known.
  ///   - count: C.
  package static func mass(labels: [Int32], count: Int, rowWeights: [Float]?) -> Double {
    var mass = 0.0
    for (row, label) in labels.enumerated() where label >= 0 { mass += Double(rowWeights?[row] ?? 1) }
    return mass * Double(count)
  }
}
