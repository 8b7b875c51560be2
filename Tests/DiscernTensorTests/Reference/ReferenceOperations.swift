import Foundation

/// Y = X Wᵀ + b.
struct ReferenceLinear {
  var weight: RealMatrix  // [outputs, inputs]
  var bias: [Double]  // [outputs]

  func forward(_ x: RealMatrix) -> RealMatrix {
    RealMatrix((0..<x.rows).map { weight.times(x[$0]).plus(bias) })
  }

  func backward(_ x: RealMatrix, _ dY: RealMatrix, _ gradient: inout ReferenceLinear) -> RealMatrix {
    for row in 0..<x.rows {
      gradient.weight.addOuterProduct(dY[row], x[row])
      gradient.bias = gradient.bias.plus(dY[row])
    }
    return RealMatrix((0..<x.rows).map { weight.transposedTimes(dY[$0]) })
  }
}

enum ReferenceEmbedding {
  /// Rows of the table, one for each id.
  static func forward(_ table: RealMatrix, _ ids: [Int]) -> RealMatrix { RealMatrix(ids.map { table[$0] }) }

  /// dTable, of `table`'s shape.
  static func backward(_ table: RealMatrix, _ ids: [Int], _ dY: RealMatrix) -> RealMatrix {
    var gradient = RealMatrix(table.rows, table.columns)
    for (row, id) in ids.enumerated() { gradient[id] = gradient[id].plus(dY[row]) }
    return gradient
  }
}

enum ReferenceDropout {
  /// Keeps where the mask is true, divided by the probability of keeping. Its pullback is itself.
  static func apply(_ x: RealMatrix, mask: [Bool], probability: Double) -> RealMatrix {
    var y = x
    for index in y.values.indices {
      y.values[index] = mask[index] ? x.values[index] / (1 - probability) : 0
    }
    return y
  }
}

enum ReferenceCrossEntropy {
  /// The mean of -Σ q log p, q = (1 - ε) [c = label] + ε / C.
  static func loss(_ logits: RealMatrix, _ labels: [Int], smoothing: Double) -> Double {
    var total = 0.0
    for row in 0..<logits.rows {
      let q = target(labels[row], logits.columns, smoothing)
      total -= dot(q, softmax(logits[row]).map { log($0) })
    }
    return total / Double(logits.rows)
  }

  static func gradient(_ logits: RealMatrix, _ labels: [Int], smoothing: Double) -> RealMatrix {
    RealMatrix(
      (0..<logits.rows).map { row in
        zip(softmax(logits[row]), target(labels[row], logits.columns, smoothing)).map { p, q in
          (p - q) / Double(logits.rows)
        }
      })
  }

  private static func target(_ label: Int, _ classes: Int, _ smoothing: Double) -> [Double] {
    (0..<classes).map { smoothing / Double(classes) + ($0 == label ? 1 - smoothing : 0) }
  }
}
