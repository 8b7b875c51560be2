import Foundation

/// One direction of a plain recurrent layer, h = tanh(W_ih x + b_ih + W_hh h' + b_hh) (Elman 1990).
struct ReferenceRNN: ReferenceCell {
  var inputWeight: RealMatrix  // W_ih [H, D]
  var recurrentWeight: RealMatrix  // W_hh [H, H]
  var inputBias: [Double]  // b_ih [H]
  var recurrentBias: [Double]  // b_hh [H]

  init(inputs: Int, hidden: Int) {
    inputWeight = RealMatrix(hidden, inputs)
    recurrentWeight = RealMatrix(hidden, hidden)
    inputBias = [Double](repeating: 0, count: hidden)
    recurrentBias = inputBias
  }

  func states(_ x: RealMatrix) -> RealMatrix {
    var h = [Double](repeating: 0, count: hidden)
    return RealMatrix(
      (0..<x.rows).map { t in
        h = inputWeight.times(x[t]).plus(inputBias).plus(recurrentWeight.times(h)).plus(recurrentBias)
          .map { tanh($0) }
        return h
      })
  }

  func backward(
    _ x: RealMatrix, _ dY: RealMatrix, cutBefore: (Int) -> Bool, _ gradient: inout ReferenceRNN
  ) -> RealMatrix {
    let h = states(x)
    var dX = RealMatrix(x.rows, x.columns)
    let zeros = [Double](repeating: 0, count: hidden)
    var dhLater = zeros
    for t in (0..<x.rows).reversed() {
      let dz = zip(dY[t].plus(dhLater), h[t]).map { $0 * (1 - $1 * $1) }
      gradient.inputWeight.addOuterProduct(dz, x[t])
      gradient.recurrentWeight.addOuterProduct(dz, t > 0 ? h[t - 1] : zeros)
      gradient.inputBias = gradient.inputBias.plus(dz)
      gradient.recurrentBias = gradient.recurrentBias.plus(dz)
      dX[t] = inputWeight.transposedTimes(dz)
      dhLater = cutBefore(t) ? zeros : recurrentWeight.transposedTimes(dz)
    }
    return dX
  }
}
