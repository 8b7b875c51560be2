import Foundation

/// Losses with all their options, straight from their formulas; gradients come from
/// differences of them.
enum ReferenceLosses {
  /// The weights of rows and classes.
  struct Weights {
    var classes: [Double]
    var rows: [Double]
  }

  /// -Σ_n r_n Σ_c q_c w_c (1 - p_c)^γ log p_c / Σ_n r_n w_(label of n), over the rows with a label.
  static func crossEntropy(
    _ logits: RealMatrix, _ labels: [Int], smoothing: Double, _ weights: Weights, gamma: Double
  ) -> Double {
    var (sum, mass) = (0.0, 0.0)
    for row in 0..<logits.rows where labels[row] >= 0 {
      let p = softmax(logits[row])
      for c in 0..<logits.columns {
        let q = smoothing / Double(logits.columns) + (c == labels[row] ? 1 - smoothing : 0)
        sum -= weights.rows[row] * q * weights.classes[c] * pow(1 - p[c], gamma) * log(p[c])
      }
      mass += weights.rows[row] * weights.classes[labels[row]]
    }
    return sum / mass
  }

  /// The mean over known rows and classes of -w t (1 - p)^γ log p - (1 - t) p^γ log(1 - p).
  static func binaryCrossEntropy(
    _ logits: RealMatrix, _ labels: [[Int]?], smoothing: Double, _ weights: Weights, gamma: Double
  ) -> Double {
    var (sum, mass) = (0.0, 0.0)
    for row in 0..<logits.rows {
      guard let own = labels[row] else { continue }
      for c in 0..<logits.columns {
        let p = 1 / (1 + exp(-logits[row, c]))
        let t = own.contains(c) ? 1 - smoothing / 2 : smoothing / 2
        sum -=
          weights.rows[row]
          * (weights.classes[c] * t * pow(1 - p, gamma) * log(p) + (1 - t) * pow(p, gamma) * log(1 - p))
      }
      mass += weights.rows[row] * Double(logits.columns)
    }
    return sum / mass
  }

  /// By the five-point stencil.
  static func gradient(at point: RealMatrix, _ loss: (RealMatrix) -> Double) -> RealMatrix {
    var gradient = RealMatrix(point.rows, point.columns)
    let step = 1e-3
    for index in point.values.indices {
      func moved(_ by: Double) -> Double {
        var there = point
        there.values[index] += by * step
        return loss(there)
      }
      gradient.values[index] = (moved(-2) - 8 * moved(-1) + 8 * moved(1) - moved(2)) / (12 * step)
    }
    return gradient
  }
}
