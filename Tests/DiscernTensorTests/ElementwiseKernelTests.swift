import CDiscernKernels
import DiscernTensor
import Foundation
import Testing

private var families: [(name: String, kernels: discern_kernel_family)] {
  KernelFamily.available.map { ($0.name, Compute(family: $0, threadCount: 1).kernels) }
}

/// All magnitudes from the smallest to the largest float, both signs, and the interesting middle
/// finely.
private let wholeRange: [Float] = {
  var values: [Float] = [0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude]
  var magnitude = Float.leastNormalMagnitude
  while magnitude < 1e38 {
    values.append(magnitude)
    magnitude *= 1.07
  }
  values += stride(from: Float(0), through: 110, by: 0.0037)
  return values + values.map { -$0 }
}()

@Test func tanhIsWithinItsBoundOverTheWholeRange() {
  for (name, kernels) in families {
    let x = GuardedFloats(wholeRange)
    kernels.tanh_rows(x.count, x.pointer)
    let worst = zip(x.values, wholeRange).map { abs(Double($0) - tanh(Double($1))) }.max() ?? .infinity
    #expect(worst <= 3e-7, "\(name)")
    #expect(x.values.allSatisfy { abs($0) <= 1 }, "\(name)")
    #expect(x.isIntact, "\(name)")
  }
}

@Test func tanhOfInfinityAndOfNoNumber() {
  for (name, kernels) in families {
    let x = GuardedFloats([Float.infinity, -.infinity, 3e38, -3e38, .nan, -.nan, 0])
    kernels.tanh_rows(x.count, x.pointer)
    #expect(Array(x.values[..<4]) == [1, -1, 1, -1], "\(name)")
    #expect(x.values[4].isNaN && x.values[5].isNaN, "\(name)")
    #expect(x.values[6] == 0, "\(name)")
  }
}

/// A NaN with a payload is still a NaN, in every place of a vector.
@Test func everyNoNumberStaysNone() {
  for (name, kernels) in families {
    for payload: UInt32 in [0x7FC0_0001, 0x7FC0_00FF, 0x7FC0_0100, 0x7FC0_01FF, 0xFFC0_0080, 0x7FFF_FFFF] {
      let values = [Float](repeating: Float(bitPattern: payload), count: 19)
      let (x, y) = (GuardedFloats(values), GuardedFloats(values))
      kernels.tanh_rows(x.count, x.pointer)
      #expect(x.values.allSatisfy { $0.isNaN }, "tanh, \(name), \(payload)")
      #expect(kernels.exp_sum(y.count, y.pointer, 0, y.pointer).isNaN, "exp, \(name), \(payload)")
      #expect(y.values.allSatisfy { $0.isNaN }, "exp, \(name), \(payload)")
    }
  }
}

@Test func exponentialIsWithinItsBound() {
  // Softmax's own range: x is at most the shift.
  let x = stride(from: Float(-87), through: 88, by: 0.0041).map(\.self) + [0, -0.0, -87, 88]
  for (name, kernels) in families {
    let input = GuardedFloats(x)
    let output = GuardedFloats([Float](repeating: 0, count: x.count))
    let sum = kernels.exp_sum(x.count, input.pointer, 0, output.pointer)
    let worst = zip(output.values, x).map { abs(Double($0) / exp(Double($1)) - 1) }.max() ?? .infinity
    #expect(worst <= 3e-7, "\(name)")
    // The sum is that of the results, in double.
    #expect(sum == output.values.reduce(0.0) { $0 + Double($1) }, "\(name)")
    #expect(output.isIntact && input.values == x, "\(name)")
  }
}

@Test func exponentialBeyondItsRangeStaysFiniteAndTiny() {
  for (name, kernels) in families {
    let x: [Float] = [-100, -1000, -3e38, -.infinity, -87.5]
    let output = GuardedFloats([Float](repeating: 0, count: x.count))
    let sum = kernels.exp_sum(x.count, x, 0, output.pointer)
    #expect(output.values.allSatisfy { $0 >= 0 && $0 < 2e-38 }, "\(name)")
    #expect(sum < 1e-37, "\(name)")
    let large: [Float] = [89, 1e4, .infinity]
    _ = kernels.exp_sum(large.count, large, 0, output.pointer)
    #expect(output.values[..<3].allSatisfy { $0 > 1e38 && $0.isFinite }, "\(name)")
  }
}

@Test(arguments: oddSizes) func exponentialShiftsAndMayWorkInPlace(size: Int) {
  var random = RandomValues(size)
  let x = random.values(size, within: 5)
  for (name, kernels) in families {
    let values = GuardedFloats(x)
    let sum = kernels.exp_sum(size, values.pointer, 5, values.pointer)
    let expected = x.map { exp($0 - 5) }
    #expect(relativeError(values.values, expected) < 3e-7, "\(name)")
    #expect(abs(sum / expected.reduce(0, +) - 1) < 3e-7, "\(name)")
    #expect(values.isIntact, "\(name)")
  }
}

/// The logistic function and tanh inside an LSTM step, at the ends of their range too: one unit, no
/// recurrence, c' = 0, so i = σ(z_i), g = tanh(z_g), o = σ(z_o), c = i g, h = o tanh(c).
@Test func lstmStepIsWithinItsBoundOverTheWholeRange() {
  let z = wholeRange + [.infinity, -.infinity]
  let reversedZ = Array(z.reversed())
  let rows = z.count
  let input = (0..<rows).flatMap { [z[$0], z[$0] / 3, reversedZ[$0], z[$0] / 7] }
  for (name, kernels) in families {
    let gates = GuardedFloats([Float](repeating: 0, count: 4 * rows))
    let cell = GuardedFloats([Float](repeating: 0, count: rows))
    let hidden = GuardedFloats([Float](repeating: 0, count: rows))
    let weights = [Float](repeating: 0, count: kernels.packed_gates_size(1, 1))
    weights.withUnsafeBufferPointer { weights in
      input.withUnsafeBufferPointer { input in
        var step = discern_lstm_forward(
          rows: rows, units: 1, weights: weights.baseAddress, input: input.baseAddress, input_rows: nil,
          previous_hidden: nil, previous_hidden_stride: 0, previous_cell: nil, gates: gates.pointer,
          cell: cell.pointer, hidden: hidden.pointer, hidden_stride: 1)
        kernels.lstm_forward(&step)
      }
    }
    var worst = 0.0
    for row in 0..<rows {
      let z = (0..<4).map { Double(input[4 * row + $0]) }
      let (i, f) = (sigmoid(z[0]), sigmoid(z[1]))
      let (g, o) = (tanh(z[2]), sigmoid(z[3]))
      let expected = [i, f, g, o, i * g, o * tanh(i * g)]
      let got = (0..<4).map { gates.pointer[4 * row + $0] } + [cell.pointer[row], hidden.pointer[row]]
      for (got, expected) in zip(got, expected) { worst = max(worst, abs(Double(got) - expected)) }
    }
    #expect(worst <= 5e-7, "\(name)")
    #expect(gates.isIntact && cell.isIntact && hidden.isIntact, "\(name)")
  }
}

@Test(arguments: oddSizes) func tanhBackwardIsItsFormula(size: Int) {
  var random = RandomValues(size)
  let (v, u) = (random.values(size), random.values(size))
  let expected = zip(v, u).map { v, u in 0.75 * v * (1 - u * u) }
  for (name, kernels) in families {
    let (weights, values) = (GuardedFloats(v), GuardedFloats(u))
    kernels.tanh_backward(size, 0.75, weights.pointer, values.pointer, values.pointer)  // in place
    #expect(relativeError(values.values, expected) < 5e-7, "\(name)")
    #expect(weights.isIntact && values.isIntact, "\(name)")
  }
}
