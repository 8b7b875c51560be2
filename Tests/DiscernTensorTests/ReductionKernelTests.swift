import CDiscernKernels
import DiscernTensor
import Testing

private var families: [(name: String, kernels: discern_kernel_family)] {
  KernelFamily.available.map { ($0.name, Compute(family: $0, threadCount: 1).kernels) }
}

@Test(arguments: oddSizes) func dotAxpyAndSumOfSquaresAreTheirFormulas(size: Int) {
  var random = RandomValues(size)
  let (x, y) = (random.values(size), random.values(size))
  // An inner product's rounding is bounded by that of the sum of magnitudes.
  let magnitude = dot(x.map(abs), y.map(abs))
  for (name, kernels) in families {
    let (a, b) = (GuardedFloats(x), GuardedFloats(y))
    #expect(abs(Double(kernels.dot(size, a.pointer, b.pointer)) - dot(x, y)) <= 1e-6 * magnitude, "\(name)")
    let squares = kernels.sum_of_squares(size, a.pointer)
    #expect(abs(squares - dot(x, x)) <= 1e-14 * dot(x, x), "\(name)")
    kernels.axpy(size, 0.375, a.pointer, b.pointer)
    #expect(relativeError(b.values, zip(x, y).map { 0.375 * $0 + $1 }) < 3e-7, "\(name)")
    #expect(a.isIntact && b.isIntact && a.values == x.map { Float($0) }, "\(name)")
  }
}

@Test(arguments: oddSizes) func largerNumbersAreTakenWithTheirTokens(size: Int) {
  var random = RandomValues(size)
  let (x, y) = (random.values(size), random.values(size))
  let special: [Float] = [.nan, 1, -.infinity, .infinity, 0]
  for (name, kernels) in families {
    let (candidate, best) = (GuardedFloats(x), GuardedFloats(y))
    for (index, value) in special.enumerated() where index < size { candidate.pointer[index] = value }
    if size > 1 { best.pointer[1] = 1 }  // The first of equal ones stays.
    let old = best.values
    var source = [Int32](repeating: 7, count: size + 1)
    kernels.take_larger(size, candidate.pointer, 9, best.pointer, &source)
    let larger = zip(candidate.values, old).map { $0 > $1 }
    #expect(source == larger.map { $0 ? 9 : 7 } + [7], "\(name)")
    let expected = (0..<size).map { larger[$0] ? candidate.values[$0] : old[$0] }
    #expect(best.values == expected && candidate.isIntact && best.isIntact, "\(name)")
    kernels.take_larger(size, candidate.pointer, 9, best.pointer, nil)
    #expect(best.values == expected, "\(name)")
  }
}

/// Squares that single precision could not hold.
@Test func sumOfSquaresDoesNotOverflow() {
  for (name, kernels) in families {
    let x = [Float](repeating: 1e30, count: 37)
    let expected = 37 * Double(Float(1e30)) * Double(Float(1e30))
    #expect(abs(kernels.sum_of_squares(x.count, x) / expected - 1) < 1e-14, "\(name)")
    #expect(kernels.sum_of_squares(3, [1, .nan, 2]).isNaN, "\(name)")
    #expect(kernels.sum_of_squares(3, [1, .infinity, 2]) == .infinity, "\(name)")
    #expect(kernels.sum_of_squares(0, x) == 0, "\(name)")
  }
}

@Test(arguments: oddSizes) func columnSumsAreSums(columns: Int) {
  var random = RandomValues(columns)
  let stride = columns + 3
  let rows = 13
  let x = random.matrix(rows, stride)
  let start = random.values(columns)
  let sums = (0..<columns).map { j in (0..<rows).reduce(0.0) { $0 + x[$1, j] } }
  for (name, kernels) in families {
    for accumulate in [false, true] {
      let (input, output) = (GuardedFloats(x.values), GuardedFloats(start))
      kernels.column_sums(rows, columns, input.pointer, stride, accumulate ? 1 : 0, output.pointer)
      let expected = accumulate ? sums.plus(start) : sums
      #expect(relativeError(output.values, expected) < 2e-6, "\(name)")
      #expect(output.isIntact && input.isIntact, "\(name)")
    }
    let untouched = GuardedFloats(start)
    kernels.column_sums(0, columns, untouched.pointer, stride, 1, untouched.pointer)
    #expect(untouched.values == start.map { Float($0) }, "no rows, \(name)")
  }
}

@Test(arguments: oddSizes) func gatheredSumsAreSums(columns: Int) {
  var random = RandomValues(columns)
  let stride = columns + 2
  let x = random.matrix(9, stride)
  for (name, kernels) in families {
    for rows: [Int32] in [[], [4], [8, 0, 8, 3, 3, 1]] {
      let input = GuardedFloats(x.values)
      let output = GuardedFloats([Float](repeating: 7, count: columns))
      kernels.gather_sum(rows.count, rows, columns, input.pointer, stride, output.pointer)
      let expected = (0..<columns).map { j in rows.reduce(0.0) { $0 + x[Int($1), j] } }
      #expect(relativeError(output.values, expected) < 2e-6, "\(rows), \(name)")
      #expect(output.isIntact && input.isIntact, "\(name)")
    }
  }
}
