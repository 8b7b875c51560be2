import Foundation

/// One direction of an LSTM layer over one sequence at a time (Hochreiter and Schmidhuber 1997, in
/// PyTorch's form: gate order i, f, g, o and two biases).
struct ReferenceLSTM {
  var inputWeight: RealMatrix  // W_ih [4H, D]
  var recurrentWeight: RealMatrix  // W_hh [4H, H]
  var inputBias: [Double]  // b_ih [4H]
  var recurrentBias: [Double]  // b_hh [4H]

  var hidden: Int { recurrentWeight.columns }

  init(inputs: Int, hidden: Int) {
    inputWeight = RealMatrix(4 * hidden, inputs)
    recurrentWeight = RealMatrix(4 * hidden, hidden)
    inputBias = [Double](repeating: 0, count: 4 * hidden)
    recurrentBias = inputBias
  }

  /// Everything one step leaves behind.
  struct Step {
    var i: [Double], f: [Double], g: [Double], o: [Double], c: [Double], h: [Double]
  }

  static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  func forward(_ x: RealMatrix) -> [Step] {
    var steps: [Step] = []
    var h = [Double](repeating: 0, count: hidden)
    var c = h
    for t in 0..<x.rows {
      let z = inputWeight.times(x[t]).plus(inputBias).plus(recurrentWeight.times(h)).plus(recurrentBias)
      func gate(_ index: Int) -> [Double] { Array(z[index * hidden..<(index + 1) * hidden]) }
      let i = gate(0).map(Self.sigmoid)
      let f = gate(1).map(Self.sigmoid)
      let g = gate(2).map { tanh($0) }
      let o = gate(3).map(Self.sigmoid)
      for k in 0..<hidden {
        c[k] = f[k] * c[k] + i[k] * g[k]
        h[k] = o[k] * tanh(c[k])
      }
      steps.append(Step(i: i, f: f, g: g, o: o, c: c, h: h))
    }
    return steps
  }

  /// - Parameter dY: [L, H], the loss's gradient with respect to every h.
  /// - Returns: dX [L, D]; the weights' gradients are added to `gradient`.
  func backward(_ x: RealMatrix, _ steps: [Step], _ dY: RealMatrix, _ gradient: inout ReferenceLSTM)
    -> RealMatrix
  {
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
    }
    return dX
  }
}

/// A layer of one or two directions over sequences of any lengths, one after another. The second
/// direction reads each sequence from its own last token to its first.
struct ReferenceLSTMLayer {
  var directions: [ReferenceLSTM]

  var hidden: Int { directions[0].hidden }

  init(inputs: Int, hidden: Int, directions: Int) {
    self.directions = (0..<directions).map { _ in ReferenceLSTM(inputs: inputs, hidden: hidden) }
  }

  /// [L, D] of each sequence to [L, directions · H].
  func forward(_ sequences: [RealMatrix]) -> [RealMatrix] {
    sequences.map { x in
      var y = RealMatrix(x.rows, directions.count * hidden)
      for (d, direction) in directions.enumerated() {
        let h = RealMatrix(direction.forward(d == 0 ? x : reversed(x)).map(\.h))
        y.setColumns(from: d * hidden, d == 0 ? h : reversed(h))
      }
      return y
    }
  }

  func backward(_ sequences: [RealMatrix], _ dY: [RealMatrix], _ gradient: inout ReferenceLSTMLayer)
    -> [RealMatrix]
  {
    zip(sequences, dY).map { x, dY in
      var dX = RealMatrix(x.rows, x.columns)
      for (d, direction) in directions.enumerated() {
        let read = d == 0 ? x : reversed(x)
        let half = dY.columns(d * hidden..<(d + 1) * hidden)
        let part = direction.backward(
          read, direction.forward(read), d == 0 ? half : reversed(half), &gradient.directions[d])
        dX.add(d == 0 ? part : reversed(part))
      }
      return dX
    }
  }
}

func reversed(_ matrix: RealMatrix) -> RealMatrix {
  var result = matrix
  for row in 0..<matrix.rows { result[row] = matrix[matrix.rows - 1 - row] }
  return result
}

extension RealMatrix {
  func columns(_ range: Range<Int>) -> RealMatrix {
    var result = RealMatrix(rows, range.count)
    for row in 0..<rows { result[row] = Array(self[row][range]) }
    return result
  }

  mutating func setColumns(from start: Int, _ part: RealMatrix) {
    for row in 0..<rows {
      for column in 0..<part.columns { self[row, start + column] = part[row, column] }
    }
  }
}
