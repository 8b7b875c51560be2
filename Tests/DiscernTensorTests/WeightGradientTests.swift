import DiscernTensor
import Testing

private struct Case {
  let a, b, start: RealMatrix
  let startSums: [Double]
  /// The row of B for each row of A; nil: none.
  let rows: [Int?]

  init(m: Int, n: Int, k: Int, seed: Int) {
    var random = RandomValues(seed)
    a = random.matrix(k, m)
    b = random.matrix(k + 3, n)
    start = random.matrix(m, n)
    startSums = random.values(m)
    rows = (0..<k).map { $0 % 7 == 3 ? nil : ($0 * 5 + 2) % (k + 3) }
  }

  /// C + AᵀB and its sums, term by term in Double.
  func expected(picked: Bool) -> (c: RealMatrix, sums: [Double]) {
    var (c, sums) = (start, startSums)
    for k in 0..<a.rows {
      for m in 0..<a.columns {
        sums[m] += a[k, m]
        guard let row = picked ? rows[k] : k else { continue }
        for n in 0..<b.columns { c[m, n] += a[k, m] * b[row, n] }
      }
    }
    return (c, sums)
  }
}

/// Rows of C around a tile and a task, columns around a panel, inner sizes around a block of rows.
@Test(arguments: [1, 5, 6, 66, 67, 140, 300], [1, 16, 40, 65, 100, 130])
func weightGradientsAreThoseOfDoubles(m: Int, n: Int) {
  for k in [1, 95, 193, 400] {
    let example = Case(m: m, n: n, k: k, seed: 1000 * m + 10 * n + k)
    for picked in [false, true] {
      let (c, sums) = example.expected(picked: picked)
      onEveryMachine(
        [Expected("C", c), Expected("sums", sums)], tolerance: 2e-5, comment: "\(m), \(n), \(k)"
      ) { compute in
        let (a, b) = (GuardedFloats(example.a.values), GuardedFloats(example.b.values))
        let (result, resultSums) = (GuardedFloats(example.start.values), GuardedFloats(example.startSums))
        let rows = example.rows.map { Int32($0 ?? -1) }
        rows.withUnsafeBufferPointer { rows in
          compute.accumulate([
            WeightGradient(
              Matrix(a.pointer, rows: k, columns: m), m: m, b.pointer, bStride: n, n: n,
              bRows: picked ? rows.baseAddress : nil, into: result.pointer, sums: resultSums.pointer)
          ])
        }
        #expect(result.isIntact && resultSums.isIntact && a.isIntact && b.isIntact)
        return [result.values, resultSums.values]
      }
    }
  }
}

@Test func severalWeightGradientsAtOnceAreEachTheirOwn() {
  let (first, second) = (Case(m: 140, n: 20, k: 50, seed: 1), Case(m: 9, n: 70, k: 30, seed: 2))
  onEveryMachine([
    Expected("first", first.expected(picked: false).c), Expected("second", second.expected(picked: false).c),
  ]) { compute in
    let results = [first, second].map { GuardedFloats($0.start.values) }
    let operands = [first, second].map { (GuardedFloats($0.a.values), GuardedFloats($0.b.values)) }
    compute.accumulate(
      zip([first, second], operands).enumerated().map { index, pair in
        let (example, (a, b)) = pair
        return WeightGradient(
          Matrix(a.pointer, rows: example.a.rows, columns: example.a.columns), m: example.a.columns,
          b.pointer, bStride: example.b.columns, n: example.b.columns, into: results[index].pointer)
      })
    return results.map(\.values)
  }
}
