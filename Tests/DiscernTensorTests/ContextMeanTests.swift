import DiscernTensor
import Testing

private let lengths = [9, 7, 7, 4, 2, 1]

/// Directly from the formula: some tokens' neighbours in their own text, weighted.
private func reference(
  _ x: RealMatrix, of tokens: [Int], width: Int, weights: [Double]
) -> RealMatrix {
  let layout = PackedLayout(lengths: lengths)
  let places = (0..<layout.stepCount).flatMap { step in
    (0..<layout.batchSizes[step]).map { (text: $0, step: step) }
  }
  return RealMatrix(
    tokens.map { token in
      let near = places.indices.filter {
        $0 != token && places[$0].text == places[token].text
          && abs(places[$0].step - places[token].step) <= width
      }
      let sum = near.reduce(0) { $0 + weights[$1] }
      return (0..<x.columns).map { j in
        sum > 0 ? near.reduce(0) { $0 + weights[$1] * x[$1, j] } / sum : 0
      }
    })
}

@Test(arguments: [1, 3, 20]) func theMeanOfNeighboursIsTheReference(width: Int) {
  var random = RandomValues(width)
  let count = lengths.reduce(0, +)
  let x = random.matrix(count, 5)
  let tokens = Array(stride(from: 0, to: count, by: 2)) + [count - 1]
  let weights = random.values(count).enumerated().map { $0 % 5 == 3 ? 0 : abs($1) }
  let dY = random.matrix(tokens.count, 5)
  let dX = ReferenceLosses.gradient(at: x) { x in
    zip(reference(x, of: tokens, width: width, weights: weights).values, dY.values)
      .reduce(0) { $0 + $1.0 * $1.1 }
  }
  onEveryMachine([
    Expected("y", reference(x, of: tokens, width: width, weights: weights)), Expected("x", dX),
  ]) { compute in
    let bench = Bench(compute: compute)
    let input = bench.variable(x)
    let y = bench.tape.contextMean(
      input, of: tokens.map { Int32($0) }, layout: PackedLayout(lengths: lengths), width: width,
      weights: weights.map { Float($0) })
    let output = bench.value(y)
    bench.runBackward(y, dY)
    return [output, bench.gradient(input)]
  }
}
