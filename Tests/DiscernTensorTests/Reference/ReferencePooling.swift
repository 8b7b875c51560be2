import Foundation

// Every function takes one sequence's states h [L, F] and gives its pooled vector [F].

/// Additive attention, Σ α h with α = softmax(vᵀ tanh(W h + b)); without a projection linear
/// attention, α = softmax(vᵀ h).
struct ReferenceAttention {
  struct Projection {
    var weight: RealMatrix  // W [A, F]
    var bias: [Double]  // b [A]

    mutating func addToBias(_ da: [Double]) { bias = bias.plus(da) }
  }
  var projection: Projection?
  var score: [Double]  // v [A], or [F]

  func keys(_ h: RealMatrix) -> [[Double]] {
    (0..<h.rows).map { t in
      guard let projection else { return h[t] }
      return (projection.weight.times(h[t]).plus(projection.bias)).map { tanh($0) }
    }
  }

  func attention(_ h: RealMatrix) -> [Double] { softmax(keys(h).map { dot(score, $0) }) }

  func forward(_ h: RealMatrix) -> [Double] { h.transposedTimes(attention(h)) }

  /// Adds the weights' gradients to `gradient`; returns dh [L, F].
  func backward(_ h: RealMatrix, _ dPooled: [Double], _ gradient: inout ReferenceAttention) -> RealMatrix {
    let keys = keys(h)
    let alpha = attention(h)
    let dAlpha = (0..<h.rows).map { dot(dPooled, h[$0]) }
    let mean = dot(alpha, dAlpha)
    var dh = RealMatrix(h.rows, h.columns)
    for t in 0..<h.rows {
      let ds = alpha[t] * (dAlpha[t] - mean)
      dh[t] = dPooled.map { alpha[t] * $0 }
      gradient.score = gradient.score.plus(keys[t].map { ds * $0 })
      if let projection {
        let da = zip(score, keys[t]).map { v, u in ds * v * (1 - u * u) }
        gradient.projection?.weight.addOuterProduct(da, h[t])
        gradient.projection?.addToBias(da)
        dh[t] = dh[t].plus(projection.weight.transposedTimes(da))
      } else {
        dh[t] = dh[t].plus(score.map { ds * $0 })
      }
    }
    return dh
  }
}

enum ReferencePooling {
  static func max(_ h: RealMatrix) -> [Double] {
    (0..<h.columns).map { j in (0..<h.rows).map { h[$0, j] }.max() ?? 0 }
  }

  /// The gradient goes to the first token that has the largest value.
  static func maxBackward(_ h: RealMatrix, _ dPooled: [Double]) -> RealMatrix {
    let largest = max(h)
    var dh = RealMatrix(h.rows, h.columns)
    for j in 0..<h.columns {
      if let t = (0..<h.rows).first(where: { h[$0, j] == largest[j] }) { dh[t, j] = dPooled[j] }
    }
    return dh
  }

  static func mean(_ h: RealMatrix) -> [Double] {
    (0..<h.columns).map { j in (0..<h.rows).reduce(0.0) { $0 + h[$1, j] } / Double(h.rows) }
  }

  static func meanBackward(_ h: RealMatrix, _ dPooled: [Double]) -> RealMatrix {
    RealMatrix((0..<h.rows).map { _ in dPooled.map { $0 / Double(h.rows) } })
  }

  /// The forward half of the last token, the backward half of the first.
  static func lastState(_ h: RealMatrix, directions: Int) -> [Double] {
    let half = h.columns / directions
    return (0..<h.columns).map { j in j < half ? h[h.rows - 1, j] : h[0, j] }
  }

  static func lastStateBackward(_ h: RealMatrix, _ dPooled: [Double], directions: Int) -> RealMatrix {
    let half = h.columns / directions
    var dh = RealMatrix(h.rows, h.columns)
    for j in 0..<h.columns { dh[j < half ? h.rows - 1 : 0, j] = dPooled[j] }
    return dh
  }
}

func softmax(_ z: [Double]) -> [Double] {
  let largest = z.max() ?? 0
  let powers = z.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
