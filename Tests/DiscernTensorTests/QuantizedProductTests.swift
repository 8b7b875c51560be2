import CDiscernKernels
import DiscernTensor
import TestSupport
import Testing

/// Products of 8 bits by every exact family against integers of 64 bits, and sums that must be the same bits.
@Suite struct QuantizedProductTests {
  private static var families: [(name: String, kernels: discern_kernel_family)] {
    KernelFamily.exact.map { ($0.name, Compute(family: $0, threadCount: 1).kernels) }
  }

  /// Weights at the limit for a pair, both signs and mixed.
  private static func extremePair(_ generator: inout SeededGenerator) -> (Int8, Int8) {
    let one = Int.random(in: 1...127, using: &generator)
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: return (Int8(one), Int8(128 - one))
    case 1: return (Int8(-one), Int8(one - 128))
    case 2: return (127, -127)
    default: return (-127, 127)
    }
  }

  /// 10,000 rows at the limits: inputs of 0 and 255, weights of ±127 and pairs that sum to 128.
  @Test func sumsAreThoseOfLongIntegers() throws {
    for (name, kernels) in Self.families {
      let products = try #require(kernels.int8).pointee
      var generator = SeededGenerator(seed: 5)
      var rowsSeen = 0
      while rowsSeen < 10_000 {
        let m = Int.random(in: 1...70, using: &generator)
        let n = Int.random(in: 1...90, using: &generator)
        let k = Int.random(in: 1...300, using: &generator)
        rowsSeen += m
        var weights = [Int8](repeating: 0, count: n * k)
        for row in 0..<n {
          for column in stride(from: 0, to: k, by: 2) {
            let pair = Self.extremePair(&generator)
            weights[row * k + column] = pair.0
            if column + 1 < k { weights[row * k + column + 1] = pair.1 }
          }
        }
        let size = products.inner_size(k)
        let inputs = (0..<m * size).map { _ -> UInt8 in
          [0, 255, UInt8.random(in: 0...255, using: &generator)].randomElement(using: &generator) ?? 0
        }
        let columns = (n + kernels.panel - 1) / kernels.panel * kernels.panel
        var packed = [Int8](repeating: 0, count: columns * size)
        var starts = [Int32](repeating: 0, count: columns)
        products.pack(k, n, weights, &packed, &starts)
        let ones = [Float](repeating: 1, count: max(n, m))
        let result = GuardedFloats([Float](repeating: .nan, count: m * n))
        inputs.withUnsafeBufferPointer { inputs in
          packed.withUnsafeBufferPointer { packed in
            starts.withUnsafeBufferPointer { starts in
              ones.withUnsafeBufferPointer { ones in
                var product = discern_int8_product(
                  m: m, n: n, k: k, a: inputs.baseAddress, a_scales: ones.baseAddress,
                  weights: packed.baseAddress, starts: starts.baseAddress, scales: ones.baseAddress,
                  bias: nil,
                  accumulate: 0, c: result.pointer, c_stride: n)
                products.gemm(&product)
              }
            }
          }
        }
        var wrong = 0
        for row in 0..<m {
          for column in 0..<n {
            var sum = 0
            for i in 0..<k { sum += (Int(inputs[row * size + i]) - 128) * Int(weights[column * k + i]) }
            if result.values[row * n + column] != Float(sum) { wrong += 1 }
          }
        }
        #expect(wrong == 0 && result.isIntact, "[\(m), \(k)] x [\(k), \(n)], \(name)")
      }
    }
  }

  @Test func roundedPairsKeepToTheLimit() {
    var random = RandomValues(3)
    for columns in [1, 2, 7, 64, 301] {
      let weights = random.matrix(40, columns)
      let storage = GuardedFloats(weights.floats)
      let matrix = Matrix(storage.pointer, rows: 40, columns: columns)
      let quantized = QuantizedMatrix(rounding: matrix, isPairSafe: true)
      #expect(quantized.unsafeRow == nil)
      // Half a step from each number, at most.
      for (index, value) in weights.floats.enumerated() {
        let scale = quantized.scales[index / columns]
        #expect(abs(Float(quantized.values[index]) * scale - value) <= 0.5001 * scale)
      }
      // The finest scale: a pair fills it, or one number does.
      #expect(
        QuantizedMatrix(rounding: matrix, isPairSafe: false).values.contains { abs(Int($0)) == 127 })
    }
    let unsafe = QuantizedMatrix(rows: 2, columns: 3, values: [1, 2, 3, 100, 29, 0], scales: [1, 1])
    #expect(unsafe.unsafeRow == 1)
  }

  @Test func sumsOverRowsAreTheSameBitsInEveryExactFamily() throws {
    var results: [[UInt32]] = []
    for (_, kernels) in Self.families {
      var random = RandomValues(9)
      var bits: [UInt32] = []
      for n in 1...70 {
        var (x, y) = (random.values(n).map { Float($0) }, random.values(n).map { Float($0) })
        var z = [Float](repeating: 0, count: n)
        bits.append(kernels.dot(n, x, y).bitPattern)
        var statistics: [Float] = [0, 0]
        statistics.withUnsafeMutableBufferPointer { statistics in
          x.withUnsafeBufferPointer { x in
            y.withUnsafeBufferPointer { y in
              var norm = discern_layer_norm(
                rows: 1, n: n, epsilon: 1e-5, x: x.baseAddress, weight: y.baseAddress, bias: y.baseAddress,
                statistics: statistics.baseAddress)
              kernels.layer_norm_forward(&norm, &z)
            }
          }
        }
        bits += z.map(\.bitPattern)
        bits.append(Float(kernels.exp_sum(n, x, 0.25, &y)).bitPattern)
        kernels.tanh_rows(n, &x)
        kernels.axpy(n, 1.37, x, &y)
        bits += y.map(\.bitPattern)
      }
      results.append(bits)
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }
}
