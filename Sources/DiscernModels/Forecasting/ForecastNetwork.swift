import DiscernTensor

/// Forecasts the next rows of a series from a window of earlier rows: recurrent layers → each direction's
/// last state → dropout → one product for all rows, targets and quantiles.
///
/// The output is linear, so that it can reach any target, or with bounds lies between −1 and 1 (tanh). Inputs
/// and targets are scaled by the caller.
package struct ForecastNetwork: Sendable {
  package let configuration: ForecastConfiguration
  package let weights: Weights
  private let encoder: StateEncoder
  private let output: LinearParameters

  private init(shape configuration: ForecastConfiguration) throws(ModelError) {
    let parts = try Self.parts(configuration)
    (encoder, output) = (parts.encoder, parts.output)
    self.configuration = configuration
    weights = Weights(layout: parts.layout)
  }

  /// The network's layers and layout, without memory for weights.
  private static func parts(
    _ configuration: ForecastConfiguration
  ) throws(ModelError) -> (layout: ParameterLayout, encoder: StateEncoder, output: LinearParameters) {
    try configuration.validate()
    var layout = ParameterLayout()
    let encoder = StateEncoder(configuration.network, &layout, inputSize: configuration.inputCount)
    layout.depth += 1
    let output = LinearParameters(
      &layout, prefix: "output", inputSize: encoder.featureSize, outputSize: configuration.outputCount)
    return (layout, encoder, output)
  }

  /// A network with random weights.
  package init(_ configuration: ForecastConfiguration, seed: UInt64) throws(ModelError) {
    try self.init(shape: configuration)
    weights.initialise(seed: seed, given: [:])
  }

  /// A network of the same shape around other weights.
  package init(_ other: ForecastNetwork, weights: Weights) {
    configuration = other.configuration
    (encoder, output) = (other.encoder, other.output)
    self.weights = weights
  }

  /// A network whose weights are read one after another, each directly into its memory.
  ///
  /// - Parameters:
  ///   - wrap: turns a configuration error, or an impossible statistic, into a failure.
  ///   - read: fills the memory of the weight of that name, row-major, with finite numbers.
  package init<Failure: Error>(
    _ configuration: ForecastConfiguration, wrap: (ModelError) -> Failure,
    reading read: (_ name: String, _ target: UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    do throws(ModelError) { try self.init(shape: configuration) } catch { throw wrap(error) }
    for name in weights.names {
      guard let values = weights[name] else { continue }
      try read(name, UnsafeMutableBufferPointer(start: values.pointer, count: values.count))
    }
    do throws(ModelError) { try weights.requireAllowedStates() } catch { throw wrap(error) }
    weights.didChange()
  }

  /// Every weight with its shape, including running statistics. Allocates nothing for them.
  package static func shapes(
    _ configuration: ForecastConfiguration
  ) throws(ModelError) -> [(name: String, shape: [Int])] {
    let layout = try parts(configuration).layout
    return layout.parameters.map { ($0.name, $0.shape) } + layout.states.map { ($0.name, $0.shape) }
  }

  /// The number of floats that training changes. Allocates nothing for them.
  package static func parameterCount(_ configuration: ForecastConfiguration) throws(ModelError) -> Int {
    try parts(configuration).layout.trainedCount
  }

  package var parameterCount: Int { weights.layout.trainedCount }

  /// Outputs [N, horizon · targets · quantiles] of a batch.
  package func callAsFunction(
    _ tape: Tape, _ batch: ForecastBatch, seed: UInt64 = 0, step: Int = 0
  ) -> Variable {
    let size = configuration.inputCount
    precondition(
      batch.inputs.count == batch.count * configuration.window * size, "windows of another shape")
    let layout = PackedLayout(
      lengths: [Int](repeating: configuration.window, count: batch.count))
    let pass = Pass(tape, PackedBatch(layout), seed: seed, step: step)
    let states = encoder(tape.constant(batch.inputs, columns: size), pass)
    let values = tape.linear(states, output)
    return configuration.bounds == nil ? values : tape.tanh(values)
  }

  /// Outputs [N, horizon · targets · quantiles] of a batch, without gradients; a window's outputs have the
  /// same bits alone and in any batch.
  package func outputs(_ batch: ForecastBatch, _ compute: Compute, _ workspace: Workspace) -> [Float] {
    workspace.reset()
    let tape = Tape(
      compute: compute, workspace: workspace, weights: weights, gradients: nil, isInference: true)
    return withExtendedLifetime(tape) { self(tape, batch).value.array }
  }
}
