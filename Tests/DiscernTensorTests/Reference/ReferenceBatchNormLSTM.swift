import Foundation

/// One direction of a batch-normalised LSTM (Cooijmans et al. 2017) over the texts of a batch, which are
/// sorted by length, the longest first. A step that one text alone reaches has mean 0 and variance 1, as
/// running statistics begin.
struct ReferenceBatchNormLSTM {
  var lstm: ReferenceLSTM
  var inputScale: [Double]  // γ_x [4H]
  var hiddenScale: [Double]  // γ_h [4H]
  var cellScale: [Double]  // γ_c [H]
  var cellShift: [Double]  // β_c [H]

  var hidden: Int { lstm.hidden }

  /// Zeros.
  init(inputs: Int, hidden: Int) {
    lstm = ReferenceLSTM(inputs: inputs, hidden: hidden)
    inputScale = [Double](repeating: 0, count: 4 * hidden)
    hiddenScale = inputScale
    cellScale = [Double](repeating: 0, count: hidden)
    cellShift = cellScale
  }

  /// Results of a step, a row for each text that reaches it.
  struct Step {
    var input: RealMatrix, product: RealMatrix  // W_ih x, W_hh h'
    var gates: RealMatrix  // i, f, g, o
    var c: RealMatrix, h: RealMatrix
  }

  static func normal(_ x: RealMatrix) -> RealMatrix {
    byColumn(x) { column in
      x.rows > 1 ? ReferenceNorm.normal(column) : column.map { $0 / (1 + ReferenceNorm.epsilon).squareRoot() }
    }
  }

  private static func normalBackward(_ x: RealMatrix, _ dNormal: RealMatrix) -> RealMatrix {
    var column = 0
    return byColumn(dNormal) { dNormal in
      defer { column += 1 }
      return x.rows > 1
        ? ReferenceNorm.normalBackward((0..<x.rows).map { x[$0, column] }, dNormal)
        : dNormal.map { $0 / (1 + ReferenceNorm.epsilon).squareRoot() }
    }
  }

  private static func byColumn(_ x: RealMatrix, _ change: ([Double]) -> [Double]) -> RealMatrix {
    var result = x
    for column in 0..<x.columns {
      for (row, value) in change((0..<x.rows).map { x[$0, column] }).enumerated() {
        result[row, column] = value
      }
    }
    return result
  }

  private func scaled(_ x: RealMatrix, _ scale: [Double]) -> RealMatrix {
    RealMatrix((0..<x.rows).map { zip(x[$0], scale).map(*) })
  }

  /// - Parameter x: [L, D] of each text, as this direction reads it.
  func forward(_ x: [RealMatrix]) -> [Step] {
    var steps: [Step] = []
    for t in 0..<x[0].rows {
      let texts = x.indices.filter { x[$0].rows > t }
      func before(_ n: Int, _ path: KeyPath<Step, RealMatrix>) -> [Double] {
        t > 0 ? steps[t - 1][keyPath: path][n] : [Double](repeating: 0, count: hidden)
      }
      let input = RealMatrix(texts.map { lstm.inputWeight.times(x[$0][t]) })
      let product = RealMatrix(texts.map { lstm.recurrentWeight.times(before($0, \.h)) })
      let first = scaled(Self.normal(input), inputScale)
      let second = scaled(Self.normal(product), hiddenScale)
      var gates = RealMatrix(texts.count, 4 * hidden)
      var c = RealMatrix(texts.count, hidden)
      for n in texts {
        let z = first[n].plus(second[n]).plus(lstm.inputBias).plus(lstm.recurrentBias)
        for k in 0..<4 * hidden { gates[n, k] = k / hidden == 2 ? tanh(z[k]) : sigmoid(z[k]) }
        for k in 0..<hidden {
          c[n, k] = gates[n, hidden + k] * before(n, \.c)[k] + gates[n, k] * gates[n, 2 * hidden + k]
        }
      }
      var h = scaled(Self.normal(c), cellScale)
      for n in texts {
        for k in 0..<hidden { h[n, k] = gates[n, 3 * hidden + k] * tanh(h[n, k] + cellShift[k]) }
      }
      steps.append(Step(input: input, product: product, gates: gates, c: c, h: h))
    }
    return steps
  }

  /// - Parameter dY: [L, H] of each text.
  /// - Returns: dX [L, D] of each text; the weights' gradients are added to `gradient`.
  func backward(
    _ x: [RealMatrix], _ dY: [RealMatrix], _ gradient: inout ReferenceBatchNormLSTM
  ) -> [RealMatrix] {
    let steps = forward(x)
    var dX = x.map { RealMatrix($0.rows, $0.columns) }
    var (dhLater, dcLater) = (RealMatrix(x.count, hidden), RealMatrix(x.count, hidden))
    for t in steps.indices.reversed() {
      let (step, texts) = (steps[t], 0..<steps[t].c.rows)
      let normalCell = Self.normal(step.c)
      var (dz, dShifted) = (RealMatrix(texts.count, 4 * hidden), RealMatrix(texts.count, hidden))
      for n in texts {
        for k in 0..<hidden {
          let (dh, o) = (dY[n][t, k] + dhLater[n, k], step.gates[n, 3 * hidden + k])
          let y = tanh(normalCell[n, k] * cellScale[k] + cellShift[k])
          dz[n, 3 * hidden + k] = dh * y * o * (1 - o)
          dShifted[n, k] = dh * o * (1 - y * y)
          gradient.cellShift[k] += dShifted[n, k]
          gradient.cellScale[k] += dShifted[n, k] * normalCell[n, k]
        }
      }
      let throughNorm = Self.normalBackward(step.c, scaled(dShifted, cellScale))
      for n in texts {
        for k in 0..<hidden {
          let (i, f, g) = (step.gates[n, k], step.gates[n, hidden + k], step.gates[n, 2 * hidden + k])
          let dc = dcLater[n, k] + throughNorm[n, k]
          dz[n, k] = dc * g * i * (1 - i)
          dz[n, hidden + k] = dc * (t > 0 ? steps[t - 1].c[n, k] : 0) * f * (1 - f)
          dz[n, 2 * hidden + k] = dc * i * (1 - g * g)
          dcLater[n, k] = dc * f
        }
      }
      let (normalInput, normalProduct) = (Self.normal(step.input), Self.normal(step.product))
      let dInput = Self.normalBackward(step.input, scaled(dz, inputScale))
      let dProduct = Self.normalBackward(step.product, scaled(dz, hiddenScale))
      for n in texts {
        gradient.inputScale = gradient.inputScale.plus(zip(dz[n], normalInput[n]).map(*))
        gradient.hiddenScale = gradient.hiddenScale.plus(zip(dz[n], normalProduct[n]).map(*))
        gradient.lstm.inputBias = gradient.lstm.inputBias.plus(dz[n])
        gradient.lstm.recurrentBias = gradient.lstm.recurrentBias.plus(dz[n])
        gradient.lstm.inputWeight.addOuterProduct(dInput[n], x[n][t])
        dX[n][t] = lstm.inputWeight.transposedTimes(dInput[n])
        if t > 0 { gradient.lstm.recurrentWeight.addOuterProduct(dProduct[n], steps[t - 1].h[n]) }
        dhLater[n] = lstm.recurrentWeight.transposedTimes(dProduct[n])
      }
    }
    return dX
  }
}

/// One or two directions; the second reads each text from its own end.
struct ReferenceBatchNormLayer {
  var directions: [ReferenceBatchNormLSTM]

  private func read(_ sequences: [RealMatrix], _ d: Int) -> [RealMatrix] {
    d == 0 ? sequences : sequences.map(reversed)
  }

  func forward(_ x: [RealMatrix]) -> [RealMatrix] {
    let hidden = directions[0].hidden
    var y = x.map { RealMatrix($0.rows, directions.count * hidden) }
    for (d, direction) in directions.enumerated() {
      let steps = direction.forward(read(x, d))
      for n in x.indices {
        let h = RealMatrix((0..<x[n].rows).map { steps[$0].h[n] })
        y[n].setColumns(from: d * hidden, d == 0 ? h : reversed(h))
      }
    }
    return y
  }

  func backward(
    _ x: [RealMatrix], _ dY: [RealMatrix], _ gradient: inout ReferenceBatchNormLayer
  ) -> [RealMatrix] {
    var dX = x.map { RealMatrix($0.rows, $0.columns) }
    for (d, direction) in directions.enumerated() {
      let half = dY.map { $0.columns(d * direction.hidden..<(d + 1) * direction.hidden) }
      let parts = direction.backward(read(x, d), read(half, d), &gradient.directions[d])
      for (n, part) in read(parts, d).enumerated() { dX[n].add(part) }
    }
    return dX
  }

  var zeros: ReferenceBatchNormLayer {
    ReferenceBatchNormLayer(
      directions: directions.map {
        ReferenceBatchNormLSTM(inputs: $0.lstm.inputWeight.columns, hidden: $0.hidden)
      })
  }
}
