import CDiscernKernels

/// Records a step's operations, so that their pullbacks run in the opposite order.
///
/// An operation is coarse (a whole packed LSTM is one) and is in `Operations/`, its forward pass next to its
/// pullback. Without gradients, nothing is recorded, and no values are kept.
package final class Tape {
  package let compute: Compute
  package let workspace: Workspace
  package let weights: Weights
  package let gradients: Gradients?
  /// Whether running statistics stay unchanged although gradients are computed, as in a second pass over the
  /// same batch.
  package let keepsStatistics: Bool
  /// Whether gradients are those of an answer, not of a training step: running statistics are used unchanged,
  /// and there is no truncation through time.
  package let isInference: Bool
  /// The form in which recurrent layers keep each token's values for their backward pass.
  package let activations: ActivationStorage
  private var pullbacks: [() -> Void] = []

  /// - Parameters:
  ///   - gradients: where gradients are added; `nil` if only values are needed.
  ///   - keepsStatistics, isInference, activations: see the properties of these names.
  package init(
    compute: Compute, workspace: Workspace, weights: Weights, gradients: Gradients?,
    keepsStatistics: Bool = false, isInference: Bool = false, activations: ActivationStorage = .float32
  ) {
    self.keepsStatistics = keepsStatistics || isInference
    self.isInference = isInference
    self.activations = activations
    self.compute = compute
    self.workspace = workspace
    self.weights = weights
    self.gradients = gradients
  }

  package var isRecording: Bool { gradients != nil }

  /// A tape of the same pass for operations without gradients.
  package var withoutGradients: Tape {
    Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
  }

  /// A tape of a part of the same pass, whose memory is the workspace's inner one.
  var ofPart: Tape {
    Tape(
      compute: compute, workspace: workspace.inner, weights: weights, gradients: gradients,
      keepsStatistics: keepsStatistics, isInference: isInference, activations: activations)
  }

  /// Runs a part of a pass whose result has the shape of its input. Without gradients, the result takes the
  /// input's memory, and all other memory of the part is released.
  package func releasing(into input: Variable, _ body: (Variable) -> Variable) -> Variable {
    if isRecording { return body(input) }
    let place = workspace.place
    let result = body(input).value
    precondition(result.rows == input.value.rows && result.columns == input.value.columns, "another shape")
    input.value.pointer.update(from: result.pointer, count: result.count)
    workspace.goBack(to: place)
    return input
  }

  var kernels: discern_kernel_family { compute.kernels }

  /// Values without a gradient, row-major.
  package func constant(_ values: [Float], columns: Int) -> Variable {
    precondition(columns > 0 && values.count % columns == 0, "\(values.count) values in rows of \(columns)")
    let matrix = workspace.matrix(values.count / columns, columns)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { matrix.pointer.update(from: base, count: matrix.count) }
    }
    return Variable(matrix)
  }

  func variable(_ rows: Int, _ columns: Int) -> Variable { Variable(workspace.matrix(rows, columns)) }

  func record(_ pullback: @escaping () -> Void) {
    if isRecording { pullbacks.append(pullback) }
  }

  func packed(_ parameter: Parameter, _ packing: Packing) -> PackedMatrix {
    weights.packed(parameter, packing, compute.family)
  }

  /// Computes weights' gradients, unless they are left out.
  func accumulate(_ products: [WeightGradient]) {
    if gradients?.leavesOutProducts == false { compute.accumulate(products) }
  }

  /// Discards the recorded operations. A tape that does not run backward would otherwise keep itself alive.
  func forget() { pullbacks = [] }

  /// Runs the pullbacks, last first; each adds to the gradients of its inputs.
  package func runBackward() {
    while let pullback = pullbacks.popLast() { pullback() }
  }
}

/// A value on the tape and, once something has been added to it, the loss's gradient with respect to it.
package final class Variable {
  package let value: Matrix
  package private(set) var gradient: Matrix?

  package init(_ value: Matrix) { self.value = value }

  /// The gradient's memory, and whether it already holds a sum to add to (otherwise the caller
  /// writes all of it). Fan-out is summed this way, without a zeroing pass.
  ///
  /// - Parameter old: memory whose content the caller no longer needs by the time it writes: mostly the
  ///   gradient of the operation's own result. A first gradient takes it if it is large enough.
  package func gradientToAddTo(_ tape: Tape, reusing old: Matrix? = nil) -> (matrix: Matrix, accumulate: Bool)
  {
    if let gradient { return (gradient, true) }
    let made =
      old.flatMap {
        $0.count < value.count ? nil : Matrix($0.pointer, rows: value.rows, columns: value.columns)
      }
      ?? tape.workspace.matrix(value.rows, value.columns)
    gradient = made
    return (made, false)
  }
}
