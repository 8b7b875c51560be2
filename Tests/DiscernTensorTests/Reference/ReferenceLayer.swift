import Foundation

/// One direction of a recurrent layer over one sequence at a time.
protocol ReferenceCell {
  var inputWeight: RealMatrix { get set }  // W_ih [GH, D]
  var recurrentWeight: RealMatrix { get set }  // W_hh [GH, H]
  var inputBias: [Double] { get set }  // b_ih [GH]
  var recurrentBias: [Double] { get set }  // b_hh [GH]

  /// Zeros.
  init(inputs: Int, hidden: Int)

  /// h of every step: [L, D] to [L, H].
  func states(_ x: RealMatrix) -> RealMatrix

  /// - Parameters:
  ///   - dY: [L, H], the loss's gradient with respect to every h.
  ///   - cutBefore: whether no gradient flows from a step to the one before.
  /// - Returns: dX [L, D]; the weights' gradients are added to `gradient`.
  func backward(_ x: RealMatrix, _ dY: RealMatrix, cutBefore: (Int) -> Bool, _ gradient: inout Self)
    -> RealMatrix
}

extension ReferenceCell {
  var hidden: Int { recurrentWeight.columns }
}

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

typealias ReferenceLSTMLayer = ReferenceLayer<ReferenceLSTM>

/// A layer of one or two directions over sequences of any lengths, one after another. The second
/// direction reads each sequence from its own last token to its first.
struct ReferenceLayer<Cell: ReferenceCell> {
  var directions: [Cell]

  var hidden: Int { directions[0].hidden }

  init(inputs: Int, hidden: Int, directions: Int) {
    self.directions = (0..<directions).map { _ in Cell(inputs: inputs, hidden: hidden) }
  }

  /// [L, D] of each sequence to [L, directions · H].
  func forward(_ sequences: [RealMatrix]) -> [RealMatrix] {
    sequences.map { x in
      var y = RealMatrix(x.rows, directions.count * hidden)
      for (d, direction) in directions.enumerated() {
        let h = direction.states(d == 0 ? x : reversed(x))
        y.setColumns(from: d * hidden, d == 0 ? h : reversed(h))
      }
      return y
    }
  }

  /// - Parameter window: no gradient flows between a text's steps of different multiples of it.
  func backward(
    _ sequences: [RealMatrix], _ dY: [RealMatrix], window: Int? = nil, _ gradient: inout ReferenceLayer
  ) -> [RealMatrix] {
    zip(sequences, dY).map { x, dY in
      var dX = RealMatrix(x.rows, x.columns)
      for (d, direction) in directions.enumerated() {
        let read = d == 0 ? x : reversed(x)
        let half = dY.columns(d * hidden..<(d + 1) * hidden)
        let part = direction.backward(
          read, d == 0 ? half : reversed(half),
          cutBefore: { step in
            guard let window, step > 0 else { return false }
            // The text's own steps on both sides.
            let (here, there) = d == 0 ? (step, step - 1) : (x.rows - 1 - step, x.rows - step)
            return here / window != there / window
          }, &gradient.directions[d])
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
