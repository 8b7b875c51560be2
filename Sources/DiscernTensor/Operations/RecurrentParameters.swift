/// The cell of a recurrent layer.
public enum RecurrentCell: String, Codable, Hashable, Sendable, CaseIterable {
  /// Long short-term memory (Hochreiter and Schmidhuber 1997).
  case lstm
  /// Gated recurrent units (Cho et al. 2014), in PyTorch's form.
  case gru
  /// The plain network h = tanh(W x + U h' + b) (Elman 1990).
  case rnn

  /// The number of gates: of blocks of H rows in its weights.
  package var gateCount: Int {
    switch self {
    case .lstm: 4
    case .gru: 3
    case .rnn: 1
    }
  }

  /// The number of values per unit that a step saves for the backward pass.
  var savedCount: Int {
    switch self {
    case .lstm, .gru: 4
    case .rnn: 1
    }
  }
}

/// One direction's weights, with PyTorch's names, shapes and order of gates: i, f, g, o of an LSTM, r, z, n
/// of a GRU; G is their number.
package struct RecurrentParameters: Sendable, Hashable {
  package let cell: RecurrentCell
  package let inputWeight: Parameter  // weight_ih [GH, D]
  package let recurrentWeight: Parameter  // weight_hh [GH, H]
  package let inputBias: Parameter  // bias_ih [GH]
  package let recurrentBias: Parameter  // bias_hh [GH]

  package var hiddenSize: Int { recurrentWeight.shape[1] }
  /// GH
  var gateSize: Int { recurrentWeight.shape[0] }
  /// H for a cell with a state other than h (an LSTM's c); else 0.
  var cellSize: Int { cell == .lstm ? hiddenSize : 0 }

  /// Adds the weights under names such as `lstm.weight_ih_l0`; an LSTM's forget gates' bias begins as 1
  /// (Jozefowicz et al. 2015).
  ///
  /// - Parameters:
  ///   - prefix: the prefix of these names.
  ///   - isQuantizable: whether 8-bit models store the matrices in 8 bits.
  package init(
    _ layout: inout ParameterLayout, cell: RecurrentCell, prefix: String = "", suffix: String,
    inputSize: Int, hiddenSize: Int, isQuantizable: Bool = true
  ) {
    self.cell = cell
    let name = prefix + cell.rawValue
    let gates = cell.gateCount * hiddenSize
    let initial = InitialValue.uniform(fanIn: hiddenSize)
    // The biases are added; together the forget gate's is 1.
    let bias = cell == .lstm ? initial.with(0.5, at: hiddenSize..<2 * hiddenSize) : initial
    inputWeight = layout.add(
      "\(name).weight_ih_\(suffix)", [gates, inputSize], initial, isQuantizable: isQuantizable)
    recurrentWeight = layout.add(
      "\(name).weight_hh_\(suffix)", [gates, hiddenSize], initial, isQuantizable: isQuantizable)
    inputBias = layout.add("\(name).bias_ih_\(suffix)", [gates], bias)
    recurrentBias = layout.add("\(name).bias_hh_\(suffix)", [gates], bias)
  }
}

/// The matrix by which a pass multiplies states: `weight_hh`, possibly with elements dropped (DropConnect on
/// the recurrent weights: Wan et al. 2013; Merity et al. 2018).
struct RecurrentWeights {
  let forward: PackedMatrix
  let backward: PackedMatrix?
  let dropout: DropoutMask?
}

extension Tape {
  /// - Parameter packing: the packing for the products of a step; `nil`: the cell's own.
  func recurrentWeights(
    _ parameters: RecurrentParameters, _ dropout: DropoutMask?, packing: Packing? = nil
  ) -> RecurrentWeights {
    let packing = packing ?? (parameters.cell == .lstm ? .gates : .transposed)
    guard isRecording, let dropout, dropout.probability > 0 else {
      return RecurrentWeights(
        forward: packed(parameters.recurrentWeight, packing),
        backward: isRecording ? packed(parameters.recurrentWeight, .plain) : nil, dropout: nil)
    }
    let weight = weights[parameters.recurrentWeight]
    let dropped = workspace.matrix(weight.rows, weight.columns)
    applyMask(weight, dropout, accumulate: false, into: dropped)
    return RecurrentWeights(
      forward: PackedMatrix(dropped, packing, kernels), backward: PackedMatrix(dropped, .plain, kernels),
      dropout: dropout)
  }

  /// The bias of the input projections [1, GH]: b_ih + b_hh, but only b_ih in a GRU, whose r also applies to
  /// b_hh.
  func projectionBias(_ parameters: RecurrentParameters) -> Matrix {
    let (first, second) = (weights[parameters.inputBias], weights[parameters.recurrentBias])
    if parameters.cell == .gru { return first }
    let sum = workspace.matrix(1, parameters.gateSize)
    for j in 0..<sum.count { sum.pointer[j] = first.pointer[j] + second.pointer[j] }
    return sum
  }
}
