import Foundation

/// One direction of an LSTM layer over one sequence at a time (Hochreiter and Schmidhuber 1997, in
/// PyTorch's form: gate order i, f, g, o and two biases).
struct ReferenceLSTM: ReferenceCell {
  var inputWeight: RealMatrix  // W_ih [4H, D]
  var recurrentWeight: RealMatrix  // W_hh [4H, H]
  var inputBias: [Double]  // b_ih [4H]
  var recurrentBias: [Double]  // b_hh [4H]

  init(inputs: Int, hidden: Int) {
    inputWeight = RealMatrix(4 * hidden, inputs)
    recurrentWeight = RealMatrix(4 * hidden, hidden)
    inputBias = [Double](repeating: 0, count: 4 * hidden)
    recurrentBias = inputBias
  }

  /// All results of one step.
  struct Step {
    var i: [Double], f: [Double], g: [Double], o: [Double], c: [Double], h: [Double]
  }

  func forward(_ x: RealMatrix) -> [Step] {
    var steps: [Step] = []
    var h = [Double](repeating: 0, count: hidden)
    var c = h
    for t in 0..<x.rows {
      let z = inputWeight.times(x[t]).plus(inputBias).plus(recurrentWeight.times(h)).plus(recurrentBias)
      func gate(_ index: Int) -> [Double] { Array(z[index * hidden..<(index + 1) * hidden]) }
      let i = gate(0).map(sigmoid)
      let f = gate(1).map(sigmoid)
      let g = gate(2).map { tanh($0) }
      let o = gate(3).map(sigmoid)
      for k in 0..<hidden {
        c[k] = f[k] * c[k] + i[k] * g[k]
        h[k] = o[k] * tanh(c[k])
      }
      steps.append(Step(i: i, f: f, g: g, o: o, c: c, h: h))
    }
    return steps
  }

  func states(_ x: RealMatrix) -> RealMatrix { RealMatrix(forward(x).map(\.h)) }

  func backward(
    _ x: RealMatrix, _ dY: RealMatrix, cutBefore: (Int) -> Bool, _ gradient: inout ReferenceLSTM
  ) -> RealMatrix {
    let steps = forward(x)
    var dX = RealMatrix(x.rows, x.columns)
    let zeros = [Double](repeating: 0, count: hidden)
    var dhLater = zeros
    var dcLater = zeros
    for t in (0..<x.rows).reversed() {
      let step = steps[t]
      let previous = t > 0 ? (h: steps[t - 1].h, c: steps[t - 1].c) : (h: zeros, c: zeros)
      let dh = dY[t].plus(dhLater)
      var dz = [Double](repeating: 0, count: 4 * hidden)
      for k in 0..<hidden {
        let (i, f, g, o) = (step.i[k], step.f[k], step.g[k], step.o[k])
        let tanhC = tanh(step.c[k])
        let dc = dcLater[k] + dh[k] * o * (1 - tanhC * tanhC)
        dz[k] = dc * g * i * (1 - i)
        dz[hidden + k] = dc * previous.c[k] * f * (1 - f)
        dz[2 * hidden + k] = dc * i * (1 - g * g)
        dz[3 * hidden + k] = dh[k] * tanhC * o * (1 - o)
        dcLater[k] = dc * f
      }
      gradient.inputWeight.addOuterProduct(dz, x[t])
      gradient.recurrentWeight.addOuterProduct(dz, previous.h)
      gradient.inputBias = gradient.inputBias.plus(dz)
      gradient.recurrentBias = gradient.recurrentBias.plus(dz)
      dX[t] = inputWeight.transposedTimes(dz)
      dhLater = recurrentWeight.transposedTimes(dz)
      if cutBefore(t) {
        dhLater = zeros
        dcLater = zeros
      }
    }
    return dX
  }
}
