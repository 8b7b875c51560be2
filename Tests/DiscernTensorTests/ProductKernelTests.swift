import CDiscernKernels
import COpenBLAS
import DiscernTensor
import Testing

private var families: [(name: String, kernels: discern_kernel_family)] {
  KernelFamily.available.map { ($0.name, Compute(family: $0, threadCount: 1).kernels) }
}

/// C = A B with B [K, N] packed from row-major storage.
private func multiply(
  _ kernels: discern_kernel_family, _ a: RealMatrix, _ b: RealMatrix, bias: [Float]? = nil,
  accumulateOn start: RealMatrix? = nil, rows: Range<Int>? = nil, transposedStorage: Bool = false
) -> GuardedFloats {
  let rows = rows ?? 0..<a.rows
  let (k, n) = (b.rows, b.columns)
  let packed = GuardedFloats([Float](repeating: 0, count: kernels.packed_size(k, n)))
  if transposedStorage {
    let stored = (0..<n).flatMap { column in (0..<k).map { Float(b[$0, column]) } }
    kernels.pack(k, n, stored, 1, k, packed.pointer)
  } else {
    kernels.pack(k, n, b.floats, n, 1, packed.pointer)
  }
  let left = GuardedFloats(a.values)
  let c = GuardedFloats(start?.floats ?? [Float](repeating: .nan, count: rows.count * n))
  kernels.gemm(
    rows.count, n, k, left.pointer + rows.lowerBound * a.columns, a.columns, packed.pointer, bias,
    start == nil ? 0 : 1, c.pointer, n)
  #expect(c.isIntact && left.isIntact && packed.isIntact)
  return c
}

private func product(_ a: RealMatrix, _ b: RealMatrix) -> RealMatrix {
  RealMatrix((0..<a.rows).map { b.transposedTimes(a[$0]) })
}

@Test(arguments: [1, 2, 3, 5, 6, 7, 12, 13, 97], [1, 3, 4, 8, 17, 31, 40, 64, 65, 129])
func productIsThatOfDoubles(m: Int, n: Int) {
  for k in [1, 2, 7, 50] {
    var random = RandomValues(10_000 * m + 100 * n + k)
    let (a, b) = (random.matrix(m, k), random.matrix(k, n))
    let (bias, start) = (random.values(n), random.matrix(m, n))
    let plain = product(a, b)
    let withBias = RealMatrix((0..<m).map { plain[$0].plus(bias) })
    var accumulated = plain
    accumulated.add(start)
    // Relative to the largest possible sum of magnitudes, k.
    func isClose(_ c: GuardedFloats, _ expected: RealMatrix) -> Bool {
      zip(c.values, expected.values).allSatisfy { abs(Double($0) - $1) <= 3e-7 * Double(k + 2) }
    }
    for (name, kernels) in families {
      let place = "[\(m), \(k)] x [\(k), \(n)], \(name)"
      let c = multiply(kernels, a, b)
      #expect(isClose(c, plain), "\(place)")
      #expect(multiply(kernels, a, b, transposedStorage: true).values == c.values, "\(place)")
      #expect(isClose(multiply(kernels, a, b, bias: bias.map { Float($0) }), withBias), "\(place)")
      #expect(isClose(multiply(kernels, a, b, accumulateOn: start), accumulated), "\(place)")
    }
  }
}

@Test func aRowOfAProductIsTheSameBitsAmongAnyNumberOfRows() {
  var random = RandomValues(1)
  let (rows, k, n) = (210, 37, 70)
  let (a, b) = (random.matrix(rows, k), random.matrix(k, n))
  let bias = random.values(n).map { Float($0) }
  for (name, kernels) in families {
    let whole = multiply(kernels, a, b, bias: bias).values.map(\.bitPattern)
    for count in [1, 2, 3, 4, 5, 6, 7, 11, 64, 97, 209] {
      for start in Set([0, 1, (rows - count) / 2, rows - count]) {
        let part = multiply(kernels, a, b, bias: bias, rows: start..<start + count)
        #expect(
          part.values.map(\.bitPattern) == Array(whole[start * n..<(start + count) * n]),
          "\(count) rows from \(start), \(name)")
      }
    }
  }
}

/// Rows of A and C may have gaps between them, which are not changed.
@Test func productsWriteOnlyTheirOwnColumns() {
  var random = RandomValues(2)
  let (m, k, n, aStride, cStride) = (7, 5, 19, 8, 23)
  let (a, b) = (random.matrix(m, aStride), random.matrix(k, n))
  let expected = product(a.columns(0..<k), b)
  for (name, kernels) in families {
    let packed = GuardedFloats([Float](repeating: 0, count: kernels.packed_size(k, n)))
    kernels.pack(k, n, b.floats, n, 1, packed.pointer)
    let left = GuardedFloats(a.values)
    let c = GuardedFloats([Float](repeating: 77, count: m * cStride))
    kernels.gemm(m, n, k, left.pointer, aStride, packed.pointer, nil, 0, c.pointer, cStride)
    for row in 0..<m {
      let line = Array(c.values[row * cStride..<(row + 1) * cStride])
      #expect(relativeError(Array(line[..<n]), expected[row]) < 2e-6, "\(name)")
      #expect(line[n...].allSatisfy { $0 == 77 }, "\(name)")
    }
    #expect(c.isIntact && left.isIntact && packed.isIntact, "\(name)")
  }
}

@Test func noRowsOrNoInnerSizeIsNoWork() {
  for (name, kernels) in families {
    let c = GuardedFloats([Float](repeating: 3, count: 6))
    let packed = [Float](repeating: 0, count: 128)
    kernels.gemm(0, 6, 2, [], 2, packed, nil, 0, c.pointer, 6)
    #expect(c.values == [3, 3, 3, 3, 3, 3], "\(name)")
    kernels.gemm(1, 6, 0, [], 0, packed, [1, 2, 3, 4, 5, 6], 0, c.pointer, 6)
    #expect(c.values == [1, 2, 3, 4, 5, 6], "\(name)")
    #expect(c.isIntact, "\(name)")
  }
}

/// C = op(A) B in one call of OpenBLAS, linked, not by way of our own loading of it.
private func openBLASProduct(_ a: RealMatrix, _ b: RealMatrix, isTransposed: Bool = false) -> [Double] {
  let (m, k) = isTransposed ? (a.columns, a.rows) : (a.rows, a.columns)
  var c = [Float](repeating: 0, count: m * b.columns)
  cblas_sgemm(
    CblasRowMajor, isTransposed ? CblasTrans : CblasNoTrans, CblasNoTrans, CInt(m), CInt(b.columns), CInt(k),
    1,
    a.floats, CInt(a.columns), b.floats, CInt(b.columns), 0, &c, CInt(b.columns))
  return c.map { Double($0) }
}

/// The sizes of real models, which would take too long in doubles.
@Test(arguments: [(100, 512), (256, 1024), (512, 128), (1024, 257), (300, 5)])
func productsAreThoseOfOpenBLAS(k: Int, n: Int) {
  var random = RandomValues(k)
  let (a, b) = (random.matrix(203, k), random.matrix(k, n))
  let reference = openBLASProduct(a, b)
  for (name, kernels) in families {
    #expect(relativeError(multiply(kernels, a, b).values, reference) < 2e-6, "\(name)")
  }
}

/// OpenBLAS gives a row different bits in a call with another number of rows, and in another place of some
/// calls.
@Test(arguments: [(100, 512), (256, 1024), (512, 128), (300, 5)])
func aRowOfOpenBLASIsTheSameBitsAmongAnyNumberOfRows(k: Int, n: Int) throws {
  let kernels = Compute(family: try #require(KernelFamily.openBLAS), threadCount: 1).kernels
  var random = RandomValues(k)
  let (a, b) = (random.matrix(203, k), random.matrix(k, n))
  let whole = multiply(kernels, a, b).values
  for (start, count) in [(0, 1), (1, 1), (7, 1), (3, 8), (8, 8), (195, 8), (200, 3), (1, 202)] {
    let part = multiply(kernels, a, b, rows: start..<start + count).values
    #expect(bits([part]) == bits([Array(whole[start * n..<(start + count) * n])]), "\(start), \(count)")
  }
}

/// Many rows are summed in a gradient of weights.
@Test(arguments: [(128, 512), (300, 100)]) func weightGradientsAreThoseOfOpenBLAS(m: Int, n: Int) {
  var random = RandomValues(m)
  let (a, b) = (random.matrix(1203, m), random.matrix(1203, n))
  let reference = openBLASProduct(a, b, isTransposed: true)
  for family in KernelFamily.available {
    let (left, right) = (GuardedFloats(a.values), GuardedFloats(b.values))
    let result = GuardedFloats([Float](repeating: 0, count: m * n))
    Compute(family: family, threadCount: 2).accumulate([
      WeightGradient(
        Matrix(left.pointer, rows: a.rows, columns: m), m: m, right.pointer, bStride: n, n: n,
        into: result.pointer)
    ])
    #expect(result.isIntact)
    #expect(relativeError(result.values, reference) < 5e-6, "\(family.name)")
  }
}
