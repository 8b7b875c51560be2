import Foundation

/// (x - mean) / √(variance + ε) · weight + bias over each of some groups of numbers. Layer normalisation's
/// groups are rows; batch normalisation's are a feature's values.
enum ReferenceNorm {
  static let epsilon = 1e-5

  static func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }

  static func variance(_ x: [Double]) -> Double {
    let mean = mean(x)
    return x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
  }

  static func normal(_ x: [Double]) -> [Double] {
    let (mean, deviation) = (mean(x), (variance(x) + epsilon).squareRoot())
    return x.map { ($0 - mean) / deviation }
  }

  /// dx from the gradient with respect to the normal values.
  static func normalBackward(_ x: [Double], _ dNormal: [Double]) -> [Double] {
    let (normal, deviation) = (normal(x), (variance(x) + epsilon).squareRoot())
    let (first, second) = (mean(dNormal), dot(dNormal, normal) / Double(x.count))
    return x.indices.map { (dNormal[$0] - first - normal[$0] * second) / deviation }
  }
}

struct ReferenceLayerNorm {
  var weight: [Double]
  var bias: [Double]

  func forward(_ x: RealMatrix) -> RealMatrix {
    RealMatrix((0..<x.rows).map { row in zip(ReferenceNorm.normal(x[row]), weight).map(*).plus(bias) })
  }

  func backward(_ x: RealMatrix, _ dY: RealMatrix, _ gradient: inout ReferenceLayerNorm) -> RealMatrix {
    RealMatrix(
      (0..<x.rows).map { row in
        gradient.weight = gradient.weight.plus(zip(ReferenceNorm.normal(x[row]), dY[row]).map(*))
        gradient.bias = gradient.bias.plus(dY[row])
        return ReferenceNorm.normalBackward(x[row], zip(dY[row], weight).map(*))
      })
  }
}

/// Over groups of packed rows: all of them, or each step's.
struct ReferenceBatchNorm {
  var weight: [Double]
  var bias: [Double]
  let groups: [[Int]]

  /// A feature's values in a group's rows.
  private func column(_ x: RealMatrix, _ group: [Int], _ feature: Int) -> [Double] {
    group.map { x[$0, feature] }
  }

  func forward(_ x: RealMatrix) -> RealMatrix {
    var y = x
    for group in groups {
      for j in 0..<x.columns {
        for (row, value) in zip(group, ReferenceNorm.normal(column(x, group, j))) {
          y[row, j] = value * weight[j] + bias[j]
        }
      }
    }
    return y
  }

  func backward(_ x: RealMatrix, _ dY: RealMatrix, _ gradient: inout ReferenceBatchNorm) -> RealMatrix {
    var dX = x
    for group in groups {
      for j in 0..<x.columns {
        let (values, dValues) = (column(x, group, j), column(dY, group, j))
        gradient.weight[j] += dot(ReferenceNorm.normal(values), dValues)
        gradient.bias[j] += dValues.reduce(0, +)
        let part = ReferenceNorm.normalBackward(values, dValues.map { $0 * weight[j] })
        for (row, value) in zip(group, part) { dX[row, j] = value }
      }
    }
    return dX
  }
}
