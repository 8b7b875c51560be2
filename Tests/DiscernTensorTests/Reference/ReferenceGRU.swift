import Foundation

/// One direction of a GRU layer (Cho et al. 2014, in PyTorch's form: gate order r, z, n, and r applied to the
/// recurrent product with its bias).
struct ReferenceGRU: ReferenceCell {
  var inputWeight: RealMatrix  // W_ih [3H, D]
  var recurrentWeight: RealMatrix  // W_hh [3H, H]
  var inputBias: [Double]  // b_ih [3H]
  var recurrentBias: [Double]  // b_hh [3H]

  init(inputs: Int, hidden: Int) {
    inputWeight = RealMatrix(3 * hidden, inputs)
    recurrentWeight = RealMatrix(3 * hidden, hidden)
    inputBias = [Double](repeating: 0, count: 3 * hidden)
    recurrentBias = inputBias
  }

  private struct Step {
    var r: [Double], z: [Double], n: [Double], b: [Double], h: [Double]  // b = W_hn h' + b_hn
  }

  private func forward(_ x: RealMatrix) -> [Step] {
    var steps: [Step] = []
    var h = [Double](repeating: 0, count: hidden)
    for t in 0..<x.rows {
      let a = inputWeight.times(x[t]).plus(inputBias)
      let b = recurrentWeight.times(h).plus(recurrentBias)
      let r = (0..<hidden).map { sigmoid(a[$0] + b[$0]) }
      let z = (0..<hidden).map { sigmoid(a[hidden + $0] + b[hidden + $0]) }
      let n = (0..<hidden).map { tanh(a[2 * hidden + $0] + r[$0] * b[2 * hidden + $0]) }
      h = (0..<hidden).map { (1 - z[$0]) * n[$0] + z[$0] * h[$0] }
      steps.append(Step(r: r, z: z, n: n, b: Array(b[(2 * hidden)...]), h: h))
    }
    return steps
  }

  func states(_ x: RealMatrix) -> RealMatrix { RealMatrix(forward(x).map(\.h)) }

  func backward(
    _ x: RealMatrix, _ dY: RealMatrix, cutBefore: (Int) -> Bool, _ gradient: inout ReferenceGRU
  ) -> RealMatrix {
    let steps = forward(x)
    var dX = RealMatrix(x.rows, x.columns)
    let zeros = [Double](repeating: 0, count: hidden)
    var dhLater = zeros
    for t in (0..<x.rows).reversed() {
      let step = steps[t]
      let previous = t > 0 ? steps[t - 1].h : zeros
      let dh = dY[t].plus(dhLater)
      var da = [Double](repeating: 0, count: 3 * hidden)
      var db = da
      for k in 0..<hidden {
        let (r, z, n) = (step.r[k], step.z[k], step.n[k])
        let dn = dh[k] * (1 - z) * (1 - n * n)
        da[k] = dn * step.b[k] * r * (1 - r)
        da[hidden + k] = dh[k] * (previous[k] - n) * z * (1 - z)
        da[2 * hidden + k] = dn
        db[k] = da[k]
        db[hidden + k] = da[hidden + k]
        db[2 * hidden + k] = dn * r
      }
      gradient.inputWeight.addOuterProduct(da, x[t])
      gradient.recurrentWeight.addOuterProduct(db, previous)
      gradient.inputBias = gradient.inputBias.plus(da)
      gradient.recurrentBias = gradient.recurrentBias.plus(db)
      dX[t] = inputWeight.transposedTimes(da)
      dhLater = recurrentWeight.transposedTimes(db).plus((0..<hidden).map { dh[$0] * step.z[$0] })
      if cutBefore(t) { dhLater = zeros }
    }
    return dX
  }
}
