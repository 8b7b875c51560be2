import DiscernTensor
import Foundation
import TestSupport
import Testing

// ../shared/suites: a bidirectional LSTM's values and every gradient in PyTorch's convention, and ONNX
// Runtime's own test cases (gate order i, o, f, c; no bias; values only).

private struct GoldenFile: Decodable {
  let cases: [GoldenCase]
}

private struct GoldenCase: Decodable {
  struct Direction: Decodable {
    let wIH: [[Double]], wHH: [[Double]], bIH: [Double], bHH: [Double]

    enum CodingKeys: String, CodingKey {
      case wIH = "w_ih"
      case wHH = "w_hh"
      case bIH = "b_ih"
      case bHH = "b_hh"
    }
  }

  let name: String
  let lengths: [Int]
  let x: [[[Double]]], y: [[[Double]]]  // [N, T, .]
  let weights: [Direction], gradWeights: [Direction]
  let gradY: [[[Double]]], gradX: [[[Double]]]
  let gradHN: [[Double]]  // [N, 2H]
  let hn: [[[Double]]], cn: [[[Double]]]  // [2, N, H]
  let loss: Double

  enum CodingKeys: String, CodingKey {
    case name, lengths, x, y, weights, hn, cn, loss
    case gradWeights = "grad_weights"
    case gradY = "grad_y"
    case gradX = "grad_x"
    case gradHN = "grad_hn"
  }

  static func all() throws -> [GoldenCase] {
    let path = SharedData.path("suites/bilstm-golden/cases.json")
    return try JSONDecoder().decode(GoldenFile.self, from: Data(contentsOf: URL(fileURLWithPath: path))).cases
  }

  var hidden: Int { weights[0].wHH[0].count }

  /// Sequences by descending length, as packing wants them.
  var order: [Int] { lengths.indices.sorted { lengths[$0] > lengths[$1] } }

  func sequences(_ padded: [[[Double]]]) -> [RealMatrix] {
    order.map { RealMatrix(Array(padded[$0][..<lengths[$0]])) }
  }

  static func layer(_ weights: [Direction]) -> ReferenceLSTMLayer {
    var layer = ReferenceLSTMLayer(
      inputs: weights[0].wIH[0].count, hidden: weights[0].wHH[0].count, directions: 2)
    for (d, weight) in weights.enumerated() {
      layer.directions[d].inputWeight = RealMatrix(weight.wIH)
      layer.directions[d].recurrentWeight = RealMatrix(weight.wHH)
      layer.directions[d].inputBias = weight.bIH
      layer.directions[d].recurrentBias = weight.bHH
    }
    return layer
  }

  /// dY with the final states' gradient added at the positions of those states.
  var outputGradient: [RealMatrix] {
    zip(order, sequences(gradY)).map { n, dY in
      var dY = dY
      for j in 0..<2 * hidden { dY[j < hidden ? dY.rows - 1 : 0, j] += gradHN[n][j] }
      return dY
    }
  }

  func expected(_ direction: Int) -> [Expected] {
    let gradient = gradWeights[direction]
    return [
      Expected("weight_ih \(direction)", gradient.wIH.flatMap(\.self)),
      Expected("weight_hh \(direction)", gradient.wHH.flatMap(\.self)),
      Expected("bias_ih \(direction)", gradient.bIH), Expected("bias_hh \(direction)", gradient.bHH),
    ]
  }
}

/// |got - expected| ≤ tolerance · max(1, |expected|), element by element.
private func expectClose(
  _ got: [Double], _ expected: [Double], _ tolerance: Double, _ place: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(got.count == expected.count, "\(place)", sourceLocation: sourceLocation)
  let worst = zip(got, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
  #expect(worst <= tolerance, "\(place)", sourceLocation: sourceLocation)
}

@Test(.enabled(if: SharedData.isPresent)) func referenceIsTheGoldenBidirectionalLSTM() throws {
  let cases = try GoldenCase.all()
  #expect(!cases.isEmpty)
  for test in cases {
    let layer = GoldenCase.layer(test.weights)
    let x = test.sequences(test.x)
    let y = layer.forward(x)
    for (got, expected) in zip(y, test.sequences(test.y)) {
      expectClose(got.values, expected.values, 1e-12, "\(test.name) y")
    }
    for (n, sequence) in zip(test.order, x) {
      for d in 0..<2 {
        let last = try #require(layer.directions[d].forward(d == 0 ? sequence : reversed(sequence)).last)
        expectClose(last.h, test.hn[d][n], 1e-12, "\(test.name) hn")
        expectClose(last.c, test.cn[d][n], 1e-12, "\(test.name) cn")
      }
    }
    // hn is part of y, so the loss is y times dY with hn's gradient added.
    let loss = zip(y, test.outputGradient).reduce(0) { $0 + dot($1.0.values, $1.1.values) }
    expectClose([loss], [test.loss], 1e-12, "\(test.name) loss")
    var gradient = layer.zeros
    let dX = layer.backward(x, test.outputGradient, &gradient)
    for (got, expected) in zip(dX, test.sequences(test.gradX)) {
      expectClose(got.values, expected.values, 1e-12, "\(test.name) x")
    }
    for (d, direction) in gradient.directions.enumerated() {
      let got = [
        direction.inputWeight.values, direction.recurrentWeight.values, direction.inputBias,
        direction.recurrentBias,
      ]
      for (got, expected) in zip(got, test.expected(d)) {
        expectClose(got, expected.values, 1e-12, "\(test.name) \(expected.name)")
      }
    }
  }
}

@Test(.enabled(if: SharedData.isPresent)) func packedLSTMIsTheGoldenBidirectionalLSTM() throws {
  for test in try GoldenCase.all() {
    let lstm = LSTMCase(GoldenCase.layer(test.weights))
    let expected =
      [
        Expected("y", packed(test.sequences(test.y))), Expected("x", packed(test.sequences(test.gradX))),
      ] + test.expected(0) + test.expected(1)
    let lengths = test.order.map { test.lengths[$0] }
    for family in KernelFamily.available {
      let results = lstm.run(
        packed(test.sequences(test.x)), rows: nil, lengths, packed(test.outputGradient),
        Compute(family: family, threadCount: 2))
      for (got, expected) in zip(results, expected) {
        expectClose(
          got.map { Double($0) }, expected.values, 2e-6, "\(test.name) \(expected.name) \(family.name)")
      }
    }
  }
}

private struct RuntimeFile: Decodable {
  struct Case: Decodable {
    let name: String, direction: String
    let lengths: [Int]?
    let y: [Double]  // [T, directions, N, H]
    let yH: [Double]?, yC: [Double]?  // [directions, N, H]

    enum CodingKeys: String, CodingKey {
      case name, direction, lengths
      case y = "Y"
      case yH = "Y_h"
      case yC = "Y_c"
    }
  }

  let seq: Int, batch: Int, input: Int, hidden: Int
  let x: [Double]  // [T, N, D]
  let w: [Double]  // [4H, D], gates i, o, f, c
  let rFill: Double
  let cases: [Case]

  enum CodingKeys: String, CodingKey {
    case seq, batch, input, hidden, cases
    case x = "X"
    case w = "W"
    case rFill = "R_fill"
  }

  var direction: ReferenceLSTM {
    var lstm = ReferenceLSTM(inputs: input, hidden: hidden)
    for (gate, source) in [0, 2, 3, 1].enumerated() {  // i, f, g, o from i, o, f, c
      for unit in 0..<hidden {
        for d in 0..<input {
          lstm.inputWeight[gate * hidden + unit, d] = w[(source * hidden + unit) * input + d]
        }
        for k in 0..<hidden { lstm.recurrentWeight[gate * hidden + unit, k] = rFill }
      }
    }
    return lstm
  }
}

@Test(.enabled(if: SharedData.isPresent)) func lstmIsONNXRuntimes() throws {
  let path = SharedData.path("suites/onnxruntime-lstm/cases.json")
  let file = try JSONDecoder().decode(RuntimeFile.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  #expect(!file.cases.isEmpty)
  for test in file.cases {
    let lengths = test.lengths ?? Array(repeating: file.seq, count: file.batch)
    let order = lengths.indices.sorted { lengths[$0] > lengths[$1] }
    let x = order.map { n in
      RealMatrix(
        (0..<lengths[n]).map { t in (0..<file.input).map { file.x[(t * file.batch + n) * file.input + $0] } })
    }
    let isBidirectional = test.direction == "bidirectional"
    // A lone reverse direction is the second half of a layer of two.
    let columns = [
      "forward": 0..<file.hidden, "reverse": file.hidden..<2 * file.hidden,
      "bidirectional": 0..<2 * file.hidden,
    ]
    let range = try #require(columns[test.direction])
    var layer = ReferenceLSTMLayer(inputs: file.input, hidden: file.hidden, directions: 2)
    layer.directions = [file.direction, file.direction]
    let expected = order.enumerated().map { _, n in
      RealMatrix(
        (0..<lengths[n]).map { t in
          (0..<(isBidirectional ? 2 : 1)).flatMap { d in
            (0..<file.hidden).map { k in
              test.y[((t * (isBidirectional ? 2 : 1) + d) * file.batch + n) * file.hidden + k]
            }
          }
        })
    }
    // Their figures have eight digits and were made in single precision.
    for (got, expected) in zip(layer.forward(x), expected) {
      expectClose(got.columns(range).values, expected.values, 5e-7, "\(test.name) reference")
    }
    if let cells = test.yC, !isBidirectional {
      for (sequence, n) in zip(x, order) {
        let steps = file.direction.forward(test.direction == "reverse" ? reversed(sequence) : sequence)
        let final = try #require(steps.last)
        expectClose(final.c, Array(cells[n * file.hidden..<(n + 1) * file.hidden]), 5e-7, "\(test.name) c")
        if let states = test.yH {
          expectClose(final.h, Array(states[n * file.hidden..<(n + 1) * file.hidden]), 5e-7, "\(test.name) h")
        }
      }
    }
    let sorted = order.map { lengths[$0] }
    for family in KernelFamily.available {
      let bench = Bench(
        LSTMCase(layer).layout, LSTMCase(layer).values, compute: Compute(family: family, threadCount: 1))
      let y = bench.tape.recurrentLayer(
        bench.variable(packed(x)), rows: nil, layout: PackedLayout(lengths: sorted),
        directions: LSTMCase(layer).parameters
      )
      let got = RealMatrix(y.value.rows, y.value.columns, bench.value(y).map { Double($0) })
      expectClose(got.columns(range).values, packed(expected).values, 2e-6, "\(test.name) \(family.name)")
    }
  }
}
