import DiscernTensor
import Testing

/// A tape over weights filled by a test, with its own memory and gradients.
final class Bench {
  let tape: Tape
  let weights: Weights
  let gradients: Gradients?
  /// An embedding table beside those of the layout.
  let words: EmbeddingTable

  init(
    _ layout: ParameterLayout = ParameterLayout(), _ values: [(Parameter, [Double])] = [],
    table: RealMatrix = RealMatrix(2, 1), isTrainable: Bool = true, compute: Compute,
    isRecording: Bool = true, activations: ActivationStorage = .float32
  ) {
    var layout = layout
    words = layout.addTable("words", rows: table.rows, columns: table.columns, isTrainable: isTrainable)
    weights = Weights(layout: layout)
    gradients = isRecording ? Gradients(layout: layout) : nil
    tape = Tape(
      compute: compute, workspace: Workspace(), weights: weights, gradients: gradients,
      activations: activations)
    for (parameter, values) in values { weights[parameter].copy(values) }
    weights[words].copy(table.values)
  }

  func variable(_ matrix: RealMatrix) -> Variable {
    let variable = Variable(tape.workspace.matrix(matrix.rows, matrix.columns))
    variable.value.copy(matrix.values)
    return variable
  }

  /// Sets the loss's gradient with respect to `output`, and runs the pullbacks.
  func runBackward(_ output: Variable, _ gradient: RealMatrix) {
    output.gradientToAddTo(tape).matrix.copy(gradient.values)
    tape.runBackward()
  }

  // A matrix does not keep its memory alive; the bench does, so values are read through it.

  func array(_ matrix: Matrix) -> [Float] { matrix.array }

  func value(_ variable: Variable) -> [Float] { variable.value.array }

  func gradient(_ variable: Variable) -> [Float] { variable.gradient?.array ?? [] }

  func gradient(_ parameter: Parameter) -> [Float] { gradients?[parameter].array ?? [] }
}

extension Matrix {
  func copy(_ values: [Double]) {
    precondition(values.count == count, "\(values.count) values for \(count)")
    for (index, value) in values.enumerated() { pointer[index] = Float(value) }
  }
}

/// A result's name and its reference value.
struct Expected {
  let name: String
  let values: [Double]

  init(_ name: String, _ values: [Double]) {
    self.name = name
    self.values = values
  }

  init(_ name: String, _ matrix: RealMatrix) { self.init(name, matrix.values) }
}

/// The largest difference relative to the largest expected magnitude.
func relativeError(_ got: [Float], _ expected: [Double]) -> Double {
  let largest = expected.map(abs).max() ?? 0
  let difference = zip(got, expected).map { abs(Double($0) - $1) }
  guard difference.allSatisfy(\.isFinite) else { return .infinity }
  return (difference.max() ?? 0) / (largest > 0 ? largest : 1)
}

/// Runs an operation on every kernel family with 1, 2, 3 and 8 threads. Results must be the
/// reference's to `tolerance` (relative to each tensor's largest element), those of two families the
/// same to `familyTolerance`, and those of any number of threads the same bits.
func onEveryMachine(
  _ expected: [Expected], tolerance: Double = 5e-6, familyTolerance: Double = 1e-5, comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation, run: (Compute) -> [[Float]]
) {
  var first: [[Float]]?
  for family in KernelFamily.available {
    let results = run(Compute(family: family, threadCount: 1))
    #expect(results.count == expected.count, sourceLocation: sourceLocation)
    for (index, (got, expected)) in zip(results, expected).enumerated() {
      let place = "\(expected.name), \(family.name) \(comment)"
      #expect(got.count == expected.values.count, "\(place)", sourceLocation: sourceLocation)
      #expect(
        relativeError(got, expected.values) <= tolerance, "\(place)", sourceLocation: sourceLocation)
      if let first {
        #expect(
          relativeError(got, first[index].map { Double($0) }) <= familyTolerance, "\(place)",
          sourceLocation: sourceLocation)
      }
    }
    first = first ?? results
    for threads in [2, 3, 8] {
      let others = run(Compute(family: family, threadCount: threads))
      #expect(
        bits(others) == bits(results), "\(family.name), \(threads) threads \(comment)",
        sourceLocation: sourceLocation)
    }
  }
}

func bits(_ values: [[Float]]) -> [[UInt32]] { values.map { $0.map(\.bitPattern) } }

/// Sequences (longest first) in packed order: step by step, each step's tokens in order.
func packed(_ sequences: [RealMatrix]) -> RealMatrix {
  var rows: [[Double]] = []
  for t in 0..<(sequences.first?.rows ?? 0) {
    for sequence in sequences where t < sequence.rows { rows.append(sequence[t]) }
  }
  return RealMatrix(rows)
}

/// Expects each sequence's rows to be the same bits alone and packed among the others (longest first).
func expectTheSameAlone(
  _ sequences: [RealMatrix], columns: Int, _ comment: String,
  sourceLocation: SourceLocation = #_sourceLocation, _ output: ([RealMatrix]) -> [Float]
) {
  let layout = PackedLayout(lengths: sequences.map(\.rows))
  let together = output(sequences)
  func row(_ values: [Float], _ index: Int) -> [[UInt32]] {
    bits([Array(values[columns * index..<columns * (index + 1)])])
  }
  for (n, sequence) in sequences.enumerated() {
    let alone = output([sequence])
    for t in 0..<sequence.rows {
      #expect(
        row(together, layout.offsets[t] + n) == row(alone, t), "\(comment), sequence \(n), token \(t)",
        sourceLocation: sourceLocation)
    }
  }
}
