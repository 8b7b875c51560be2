import DiscernTensor
import Testing

@Test(arguments: [1, 2]) func neighbourStatesAreThoseBeforeAndBehindEachToken(directions: Int) {
  let lengths = [300, 7, 7, 2, 1, 1]
  let hidden = 3
  var random = RandomValues(directions)
  let y = random.sequences(lengths, directions * hidden)
  let gradient = random.sequences(lengths, directions * hidden)
  func moved(_ rows: RealMatrix, towards end: Bool) -> RealMatrix {
    var result = RealMatrix(rows.rows, rows.columns)
    for row in 0..<rows.rows {
      for column in 0..<rows.columns {
        let source = row + ((column < hidden) == end ? -1 : 1)
        if (0..<rows.rows).contains(source) { result[row, column] = rows[source, column] }
      }
    }
    return result
  }
  let expected = [
    Expected("states", packed(y.map { moved($0, towards: true) })),
    Expected("gradient", packed(gradient.map { moved($0, towards: false) })),
  ]
  onEveryMachine(expected, tolerance: 0) { compute in
    let bench = Bench(ParameterLayout(), [], compute: compute)
    let input = bench.variable(packed(y))
    let output = bench.tape.neighbourStates(
      input, layout: PackedLayout(lengths: lengths), directions: directions)
    let states = bench.value(output)
    bench.runBackward(output, packed(gradient))
    return [states, bench.gradient(input)]
  }
}
