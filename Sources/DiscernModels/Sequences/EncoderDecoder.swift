import DiscernIO
import DiscernTensor

// Notation: M sources of S tokens in all, N targets of R tokens in all, E features of a source token's state,
// V target tokens.

/// A network that reads one sequence and writes another (Sutskever et al. 2014): recurrent layers, or a
/// transformer.
package struct EncoderDecoder: Sendable {
  package let configuration: SequenceConfiguration
  package let weights: Weights
  private let network: Network

  private enum Network: Sendable {
    case recurrent(RecurrentSequences)
    case transformer(TransformerSequences)

    init(_ configuration: SequenceConfiguration, _ layout: inout ParameterLayout) {
      switch configuration.form {
      case .recurrent: self = .recurrent(RecurrentSequences(configuration, &layout))
      case .transformer: self = .transformer(TransformerSequences(configuration, &layout))
      }
    }
  }

  package init(_ configuration: SequenceConfiguration, seed: UInt64 = 0) {
    self.configuration = configuration
    var layout = ParameterLayout()
    network = Network(configuration, &layout)
    weights = Weights(layout: layout)
    weights.initialise(seed: seed)
  }

  /// A model of the same shape around other weights.
  package init(_ other: EncoderDecoder, weights: Weights) {
    (configuration, network) = (other.configuration, other.network)
    self.weights = weights
  }

  /// The names and shapes of the weights of such a model.
  package static func shapes(of configuration: SequenceConfiguration) -> [(name: String, shape: [Int])] {
    var layout = ParameterLayout()
    _ = Network(configuration, &layout)
    return layout.tables.map { ($0.name, $0.shape) } + layout.parameters.map { ($0.name, $0.shape) }
  }

  /// The dropout of a training step; none without gradients.
  package struct Dropping {
    let seed: UInt64
    let step: Int

    package init(seed: UInt64, step: Int) {
      self.seed = seed
      self.step = step
    }

    /// Each place of dropout has a number: 0 and 1 for the vectors, 2 for the output, then the layers.
    func stream(_ place: Int) -> RandomStream {
      RandomStream(seed: seed, purpose: .layerDropout, counter: step, number: place)
    }
  }

  /// The keys and values that attention looks up in the encoded source.
  struct Memory {
    /// One row for each source token  // [S, E]
    let keys, values: Variable
  }

  /// The encoding of M sources.
  package struct Encoding {
    let layout: PackedLayout
    /// One for each layer that attends to the sources.
    let memories: [Memory]
    /// Both directions' last states of recurrent layers; nil for a transformer  // [M, E]
    var last: Variable?
  }

  /// - Parameter dropping: the dropout; nil: none.
  package func encode(_ tape: Tape, _ source: PackedBatch, _ dropping: Dropping?) -> Encoding {
    switch network {
    case .recurrent(let network): network.encode(tape, source, dropping)
    case .transformer(let network): network.encode(tape, source, dropping)
    }
  }

  /// The logits of the token to write after each decoder input  // [R, V]
  ///
  /// - Parameters:
  ///   - target: the decoder's inputs, from the beginning.
  ///   - sourceOfTarget: [N] the source of each sequence.
  package func decode(
    _ tape: Tape, _ target: PackedBatch, _ encoding: Encoding, sourceOfTarget: [Int], _ dropping: Dropping?
  ) -> Variable {
    switch network {
    case .recurrent(let network):
      network.decode(tape, target, encoding, sourceOfTarget: sourceOfTarget, dropping)
    case .transformer(let network):
      network.decode(tape, target, encoding, sourceOfTarget: sourceOfTarget, dropping)
    }
  }

  /// The same for one more token of each sequence.
  ///
  /// - Parameters:
  ///   - tokens: [N]
  ///   - states: those after the earlier tokens; updated with these.
  package func step(
    _ tape: Tape, _ tokens: [Int32], _ encoding: Encoding, sourceOfTarget: [Int],
    _ states: inout WritingStates
  ) -> Variable {
    switch (network, states) {
    case (.recurrent(let network), .recurrent(var own)):
      defer { states = .recurrent(own) }
      return network.step(tape, tokens, encoding, sourceOfTarget: sourceOfTarget, &own)
    case (.transformer(let network), .transformer(var own)):
      defer { states = .transformer(own) }
      return network.step(tape, tokens, encoding, sourceOfTarget: sourceOfTarget, &own)
    case (.recurrent, .transformer), (.transformer, .recurrent):
      preconditionFailure("states of another network")
    }
  }

  /// The states of sequences before anything is written.
  package func states(count: Int) -> WritingStates {
    switch network {
    case .recurrent(let network): .recurrent(network.states(count: count))
    case .transformer(let network): .transformer(network.states(count: count))
    }
  }
}
