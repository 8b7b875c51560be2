import TestSupport
import Testing

/// Deterministic test input: every value is a float exactly, so that single and double precision
/// begin from the same numbers.
struct RandomValues {
  private var generator: SeededGenerator

  init(_ seed: Int) { generator = SeededGenerator(seed: UInt64(seed)) }

  mutating func values(_ count: Int, within bound: Float = 1) -> [Double] {
    (0..<count).map { _ in Double(Float.random(in: -bound...bound, using: &generator)) }
  }

  mutating func matrix(_ rows: Int, _ columns: Int, within bound: Float = 1) -> RealMatrix {
    RealMatrix(rows, columns, values(rows * columns, within: bound))
  }

  mutating func sequences(_ lengths: [Int], _ columns: Int, within bound: Float = 1) -> [RealMatrix] {
    lengths.map { matrix($0, columns, within: bound) }
  }

  mutating func integers(_ count: Int, below bound: Int) -> [Int] {
    (0..<count).map { _ in Int.random(in: 0..<bound, using: &generator) }
  }

  mutating func lstm(inputs: Int, hidden: Int, directions: Int) -> ReferenceLSTMLayer {
    layer(inputs: inputs, hidden: hidden, directions: directions)
  }

  mutating func layer<Cell: ReferenceCell>(
    _: Cell.Type = Cell.self, inputs: Int, hidden: Int, directions: Int
  ) -> ReferenceLayer<Cell> {
    var layer = ReferenceLayer<Cell>(inputs: inputs, hidden: hidden, directions: directions)
    let bound = 1.5 / Float(hidden).squareRoot()
    let rows = layer.directions[0].inputWeight.rows
    for d in 0..<directions {
      layer.directions[d].inputWeight = matrix(rows, inputs, within: bound)
      layer.directions[d].recurrentWeight = matrix(rows, hidden, within: bound)
      layer.directions[d].inputBias = values(rows, within: 0.5)
      layer.directions[d].recurrentBias = values(rows, within: 0.5)
    }
    return layer
  }

  mutating func attention(features: Int, units: Int?) -> ReferenceAttention {
    ReferenceAttention(
      projection: units.map {
        .init(weight: matrix($0, features, within: 0.7), bias: values($0, within: 0.5))
      },
      score: values(units ?? features, within: 2))
  }
}

/// The same weights, all zero: where gradients are added.
extension ReferenceLayer {
  var zeros: ReferenceLayer {
    ReferenceLayer(
      inputs: directions[0].inputWeight.columns, hidden: hidden, directions: directions.count)
  }
}

extension ReferenceAttention {
  var zeros: ReferenceAttention {
    ReferenceAttention(
      projection: projection.map {
        .init(
          weight: RealMatrix($0.weight.rows, $0.weight.columns),
          bias: [Double](repeating: 0, count: $0.bias.count))
      },
      score: [Double](repeating: 0, count: score.count))
  }
}

/// Compares `gradient` with differences of `loss` around `point`, element by element: the five-point
/// stencil, whose own error is about 1e-12 where the fifth derivative is small; else a shorter step is
/// better.
func checkGradient(
  _ name: String, at point: [Double], _ gradient: [Double], tolerance: Double = 1e-6, step: Double = 1e-3,
  sourceLocation: SourceLocation = #_sourceLocation, _ loss: ([Double]) -> Double
) {
  #expect(gradient.count == point.count, "\(name)", sourceLocation: sourceLocation)
  let largest = gradient.map(abs).max() ?? 0
  for index in point.indices {
    func moved(_ by: Double) -> Double {
      var there = point
      there[index] += by * step
      return loss(there)
    }
    let numeric = (moved(-2) - 8 * moved(-1) + 8 * moved(1) - moved(2)) / (12 * step)
    // Elements far below the largest are compared relative to it, as rounding is.
    let scale = max(abs(numeric), abs(gradient[index]), 1e-4 * largest, 1e-9)
    #expect(
      abs(gradient[index] - numeric) <= tolerance * scale,
      "\(name)[\(index)]: \(gradient[index]), by differences \(numeric)", sourceLocation: sourceLocation)
  }
}
