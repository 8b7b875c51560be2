import DiscernCorpus
import DiscernModels
import DiscernTensor
import Foundation
import TestSupport
import Testing

/// A run of layers over ragged texts: the output, and the gradients of the input and of all weights.
private struct LayerRun {
  let output: [Float]
  let input: [Float]
  let weights: [(name: String, values: [Float])]

  /// - Parameters:
  ///   - lengths: descending.
  ///   - inputs: [S, F] in packed order, and the gradient of the output; nil: values alone.
  init(
    _ layers: [any SequenceLayer], _ layout: ParameterLayout, lengths: [Int], inputs: [Float],
    gradient: [Float]?, compute: Compute = Compute(threadCount: 2), isInference: Bool = false
  ) {
    let weights = Weights(layout: layout)
    for (index, (_, _, values)) in weights.tensors.enumerated() {
      for place in 0..<values.count {
        let angle: Double = 0.7 * Double(place) + Double(index)
        values.pointer[place] = Float(0.4 * sin(angle))
      }
    }
    weights.didChange()
    let gradients = gradient == nil ? nil : Gradients(layout: layout)
    let workspace = Workspace()
    let tape = Tape(
      compute: compute, workspace: workspace, weights: weights, gradients: gradients,
      isInference: isInference)
    var texts = EncodedTexts()
    for length in lengths { texts.append([Int32](repeating: 2, count: length)) }
    let pass = Pass(tape, PackedBatch(texts, indices: Array(lengths.indices)))
    let columns = inputs.count / lengths.reduce(0, +)
    let rows = Variable(workspace.matrix(inputs.count / columns, columns))
    for (index, value) in inputs.enumerated() { rows.value.pointer[index] = value }
    let output = layers.reduce(Sequences(rows)) { $1($0, pass) }.tokens(pass)
    self.output = output.value.array
    if let gradient {
      let given = output.gradientToAddTo(tape).matrix
      for (index, value) in gradient.enumerated() { given.pointer[index] = value }
      tape.runBackward()
    }
    input = rows.gradient?.array ?? []
    self.weights =
      gradients.map { gradients in
        layout.parameters.map { ($0.name, gradients[$0].array) }
      } ?? []
    withExtendedLifetime(workspace) {}
  }
}

private let features = 6
private let lengths = [150, 65, 64, 20, 3, 1]

private func numbers(_ count: Int, seed: UInt64) -> [Float] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
}

private let inputs = numbers(lengths.reduce(0, +) * features, seed: 1)
private let slopes = numbers(lengths.reduce(0, +) * features, seed: 2)

private func blocks(
  _ reach: AttentionReach, isCausal: Bool, isRelative: Bool = true, count: Int = 2
) -> (layers: [SelfAttentionBlock], layout: ParameterLayout) {
  var layout = ParameterLayout()
  let layers = (0..<count).map {
    SelfAttentionBlock(
      &layout, index: $0, size: features, heads: 2, reach: reach, isCausal: isCausal,
      isRelative: isRelative, rate: 0)
  }
  return (layers, layout)
}

private func segmented(
  length: Int, memory: Int, isCausal: Bool, isRelative: Bool = true, isWhole: Bool = false,
  compute: Compute = Compute(threadCount: 2), gradient: [Float]? = slopes, count: Int = 2
) -> LayerRun {
  let (layers, layout) = blocks(
    .segments(length: length, memory: memory), isCausal: isCausal, isRelative: isRelative, count: count)
  return LayerRun(
    [SegmentedLayers(layers, length: length, size: features)], layout, lengths: lengths, inputs: inputs,
    gradient: gradient, compute: compute, isInference: isWhole)
}

private func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / (b.map(abs).max() ?? 1)
}

@Test(arguments: [(32, 150), (64, 128), (7, 1000)], [true, false])
private func segmentsWithMemoryOfAllThatIsBeforeAreOneCausalPass(
  sizes: (length: Int, memory: Int), isRelative: Bool
) {
  let (layers, layout) = blocks(.all, isCausal: true, isRelative: isRelative)
  let whole = LayerRun(layers, layout, lengths: lengths, inputs: inputs, gradient: slopes)
  for gradient in [slopes, nil] {
    let parts = segmented(
      length: sizes.length, memory: sizes.memory, isCausal: true, isRelative: isRelative, gradient: gradient)
    #expect(largestDifference(parts.output, whole.output) < 1e-6)
  }
  // The gradient through memory is smaller.
  let parts = segmented(
    length: sizes.length, memory: sizes.memory, isCausal: true, isRelative: isRelative)
  #expect(largestDifference(parts.input, whole.input) > 1e-3)
}

/// Where the memory ends, and in both directions within a segment: the tokens that an answer's gradient
/// reaches.
@Test(arguments: [(32, 20), (64, 64), (7, 10), (200, 5)], [true, false])
private func segmentsAreOnePassWithTheirMask(sizes: (length: Int, memory: Int), isCausal: Bool) {
  let parts = segmented(length: sizes.length, memory: sizes.memory, isCausal: isCausal)
  let whole = segmented(length: sizes.length, memory: sizes.memory, isCausal: isCausal, isWhole: true)
  #expect(largestDifference(parts.output, whole.output) < 1e-6)
  #expect((largestDifference(parts.input, whole.input) < 1e-6) == (sizes.length >= lengths[0]))
  let values = segmented(length: sizes.length, memory: sizes.memory, isCausal: isCausal, gradient: nil)
  #expect(values.output == parts.output)
}

/// The last segment of a text is read by no other, so no border cuts its gradient.
@Test(arguments: [(32, 20), (64, 64), (7, 10)], [true, false])
private func gradientsOfLastSegmentsAreThoseOfOnePass(sizes: (length: Int, memory: Int), isCausal: Bool) {
  let parts = segmented(length: sizes.length, memory: sizes.memory, isCausal: isCausal)
  let whole = segmented(length: sizes.length, memory: sizes.memory, isCausal: isCausal, isWhole: true)
  let layout = PackedLayout(lengths: lengths)
  for (text, length) in lengths.enumerated() {
    for step in (length - 1) / sizes.length * sizes.length..<length {
      let first = (layout.offsets[step] + text) * features
      let row = first..<first + features
      #expect(largestDifference(Array(parts.input[row]), Array(whole.input[row])) < 1e-5, "\(text), \(step)")
    }
  }
}

/// A memory that no text fills is one of the longest text, to the bit, also without a gradient.
@Test func aMemoryBeyondTheTextsChangesNothing() {
  for gradient in [slopes, nil] {
    let full = segmented(length: 32, memory: 150, isCausal: false, gradient: gradient)
    let beyond = segmented(length: 32, memory: 1 << 20, isCausal: false, gradient: gradient)
    #expect(beyond.output == full.output && beyond.input == full.input)
    #expect(beyond.weights.map(\.values) == full.weights.map(\.values))
  }
}

/// A single block's memory is its input, in which no weight has a part.
@Test(arguments: [(32, 20), (64, 64), (7, 10)], [true, false])
private func aSingleBlocksWeightsLearnAsInOnePass(sizes: (length: Int, memory: Int), isCausal: Bool) {
  let parts = segmented(length: sizes.length, memory: sizes.memory, isCausal: isCausal, count: 1)
  let whole = segmented(
    length: sizes.length, memory: sizes.memory, isCausal: isCausal, isWhole: true, count: 1)
  for (own, other) in zip(parts.weights, whole.weights) {
    #expect(own.name == other.name && largestDifference(own.values, other.values) < 1e-5, "\(own.name)")
  }
}

@Test func noGradientFlowsOverTheBordersOfSegments() {
  var late = slopes
  let layout = PackedLayout(lengths: lengths)
  for row in 0..<layout.offsets[64] * features { late[row] = 0 }
  let cut = segmented(length: 32, memory: 100, isCausal: false, gradient: late)
  #expect(cut.input[..<(layout.offsets[64] * features)].allSatisfy { $0 == 0 })
  #expect(cut.input[(layout.offsets[64] * features)...].contains { $0 != 0 })
  let whole = segmented(length: 32, memory: 100, isCausal: false, isWhole: true, gradient: late)
  #expect(whole.input[..<(layout.offsets[64] * features)].contains { $0 != 0 })
}

@Test func gradientsOfSegmentsAreTheSameBitsForAnyNumberOfThreads() {
  for family in KernelFamily.available {
    let runs = [1, 2, 3, 8].map {
      segmented(
        length: 20, memory: 30, isCausal: false, compute: Compute(family: family, threadCount: $0))
    }
    for run in runs[1...] {
      #expect(run.output == runs[0].output && run.input == runs[0].input, "\(family.name)")
      #expect(run.weights.map(\.values) == runs[0].weights.map(\.values), "\(family.name)")
    }
  }
}

/// The same interface carries a recurrent layer's state: outputs are those of one pass to the bit, gradients
/// those of the layer that is cut through time.
@Test(arguments: RecurrentCell.allCases) private func segmentsCarryTheStateOfRecurrentLayers(
  cell: RecurrentCell
) {
  func layers(_ window: Int?) -> (layers: [Recurrent], layout: ParameterLayout) {
    var layout = ParameterLayout()
    let layers = (0..<2).map {
      Recurrent(
        &layout, cell: cell, index: $0, inputSize: features, hiddenSize: features, isBidirectional: false,
        window: window, weightDropout: 0)
    }
    return (layers, layout)
  }
  func run(_ layers: [any SequenceLayer], _ layout: ParameterLayout) -> LayerRun {
    LayerRun(layers, layout, lengths: lengths, inputs: inputs, gradient: slopes)
  }
  let whole = layers(nil)
  let cut = layers(16)
  let parts = run([SegmentedLayers(whole.layers, length: 16, size: features)], whole.layout)
  #expect(parts.output == run(whole.layers, whole.layout).output)
  let expected = run(cut.layers, cut.layout)
  #expect(largestDifference(parts.input, expected.input) < 1e-6)
  for (own, other) in zip(parts.weights, expected.weights) {
    #expect(own.name == other.name && largestDifference(own.values, other.values) < 2e-6, "\(own.name)")
  }
}

// MARK: PyTorch

/// The input and output of `Tests/Golden/segments.py`.
private struct PeerCase: Encodable {
  struct Text: Encodable {
    let x, d: [[Double]]
  }

  let heads, length, memory: Int
  let causal: Bool
  let frequencies: [Double]
  let blocks: [[String: [[Double]]]]
  let texts: [Text]
}

private struct PeerAnswer: Decodable {
  struct Text: Decodable {
    let output, x: [[Double]]
  }

  let texts: [Text]
  let blocks: [[String: [[Double]]]]
}

/// A weight's block, and its name there.
private struct Place {
  let block: Int
  let name: String

  init(_ name: String) {
    let parts = name.split(separator: ".", maxSplits: 2).map(String.init)
    block = parts[1] == "l0" ? 0 : 1
    self.name = parts[2]
  }
}

/// A weight as `LayerRun` fills it, a vector as a row.
private func filled(_ shape: [Int], _ index: Int) -> [[Double]] {
  let (rows, columns) = (shape.count == 2 ? shape[0] : 1, shape[shape.count - 1])
  return (0..<rows).map { row in
    (0..<columns).map { column in
      let angle: Double = 0.7 * Double(row * columns + column) + Double(index)
      return Double(Float(0.4 * sin(angle)))
    }
  }
}

/// The rows of each text of packed ones.
private func unpacked(_ values: [Float]) -> [[[Double]]] {
  let layout = PackedLayout(lengths: lengths)
  return lengths.enumerated().map { text, length in
    (0..<length).map { step in
      let row = layout.offsets[step] + text
      return values[row * features..<(row + 1) * features].map { Double($0) }
    }
  }
}

@Test(
  .enabled(if: PeerPython.path(with: "torch") != nil), arguments: [(32, 48), (7, 5), (64, 200), (40, 40)],
  [(true, true), (false, true), (false, false)])
private func segmentsArePyTorchsWithDetachedMemory(
  sizes: (length: Int, memory: Int), choices: (isCausal: Bool, isRelative: Bool)
) throws {
  let run = segmented(
    length: sizes.length, memory: sizes.memory, isCausal: choices.isCausal, isRelative: choices.isRelative)
  let (layers, layout) = blocks(.all, isCausal: false, isRelative: choices.isRelative)
  var weights: [[String: [[Double]]]] = [[:], [:]]
  for (index, parameter) in layout.parameters.enumerated() {
    let place = Place(parameter.name)
    weights[place.block][place.name] = filled(parameter.shape, index)
  }
  let peerCase = PeerCase(
    heads: 2, length: sizes.length, memory: sizes.memory, causal: choices.isCausal,
    frequencies: layers[0].places.map { $0.waves.frequencies.map { Double($0) } } ?? [], blocks: weights,
    texts: zip(unpacked(inputs), unpacked(slopes)).map { PeerCase.Text(x: $0, d: $1) })
  let output = try #require(
    PeerPython.output(of: "Tests/Golden/segments.py", input: try JSONEncoder().encode(peerCase)))
  let answer = try JSONDecoder().decode(PeerAnswer.self, from: output)
  func check(_ got: [Double], _ expected: [Double], _ name: String) {
    let largest = expected.map(abs).max() ?? 1
    let error = zip(got, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(got.count == expected.count && error <= 2e-6 * max(largest, 1), "\(name): \(error), \(largest)")
  }
  for (text, (own, gradient)) in zip(unpacked(run.output), unpacked(run.input)).enumerated() {
    check(own.flatMap(\.self), answer.texts[text].output.flatMap(\.self), "output of \(text)")
    check(gradient.flatMap(\.self), answer.texts[text].x.flatMap(\.self), "x of \(text)")
  }
  for (name, values) in run.weights {
    let place = Place(name)
    let expected = try #require(answer.blocks[place.block][place.name])
    check(values.map { Double($0) }, expected.flatMap(\.self), name)
  }
}
