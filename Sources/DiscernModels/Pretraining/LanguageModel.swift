import DiscernSystem
import DiscernTensor

/// Predicts a text's words one by one, with the layers of a recurrent classifier: the forward layers predict
/// each word from those before it, the backward layers from those after it.
///
/// The directions are two networks that share only the words' vectors. If they were joined after each layer,
/// like a classifier's, the second layer would read the very word that it should predict. The backward
/// network reads reversed texts, so that both are forward layers over segments that carry their states.
///
/// The output layer reuses the words' vectors (Inan et al. 2017; Press and Wolf 2017) after a projection,
/// with a bias that begins as the logarithm of a word's share.
package struct LanguageModel: Sendable {
  package let configuration: LanguageModelConfiguration
  package let weights: Weights
  private let table: EmbeddingTable
  let bias: EmbeddingTable
  let directions: [Direction]

  /// One of the two networks.
  struct Direction: Sendable {
    let layers: [RecurrentParameters]
    /// From states to the size of a word's vector.
    let projection: LinearParameters
    /// By layer: h, and for an LSTM c, after the latest segment; kept with the weights so that checkpoints
    /// include them.
    let states: [(hidden: StateTensor, cells: StateTensor?)]
  }

  /// - Parameters:
  ///   - counts: [V] how often each word occurs in the texts.
  ///   - vectors: [V, D] to begin from; `nil`: random ones.
  package init(
    _ configuration: LanguageModelConfiguration, counts: [Int], seed: UInt64, vectors: [Float]? = nil
  ) {
    precondition(counts.count == configuration.vocabularySize, "\(counts.count) counts of words")
    let network = configuration.network
    var layout = ParameterLayout()
    table =
      WordEmbedding(
        &layout, name: Self.tableName, vocabularySize: configuration.vocabularySize,
        size: network.embeddingSize, isTrainable: true
      ).table
    bias = layout.addTable("decoder.word_bias", rows: configuration.vocabularySize, columns: 1)
    directions = (0..<network.directionCount).map { Self.direction($0, configuration, &layout) }
    self.configuration = configuration
    weights = Weights(layout: layout)
    let total = Double(counts.reduce(0) { $0 + $1 + 1 })
    var given = [bias: counts.map { Float(log(Double($0 + 1) / total)) }]
    if let vectors { given[table] = vectors }
    weights.initialise(seed: seed, given: given)
  }

  private static let tableName = "embedding.weight"

  private static func direction(
    _ index: Int, _ configuration: LanguageModelConfiguration, _ layout: inout ParameterLayout
  ) -> Direction {
    let network = configuration.network
    let ending = index == 0 ? "" : "_reverse"
    let shape = [configuration.sequenceCount, network.hiddenSize]
    let layers = (0..<network.layerCount).map { layer in
      RecurrentParameters(
        &layout, cell: network.cell, suffix: "l\(layer)\(ending)",
        inputSize: layer == 0 ? network.embeddingSize : network.hiddenSize, hiddenSize: network.hiddenSize)
    }
    let projection = LinearParameters(
      &layout, prefix: "decoder\(ending)", inputSize: network.hiddenSize, outputSize: network.embeddingSize)
    let states = (0..<network.layerCount).map { layer in
      (
        hidden: layout.addState("state.hidden_l\(layer)\(ending)", shape),
        cells: network.cell == .lstm
          ? layout.addState("state.cells_l\(layer)\(ending)", shape) : nil
      )
    }
    return Direction(layers: layers, projection: projection, states: states)
  }

  /// A model of the same shape around other weights.
  package init(_ other: LanguageModel, weights: Weights) {
    configuration = other.configuration
    (table, bias, directions) = (other.table, other.bias, other.directions)
    self.weights = weights
  }

  package var directionCount: Int { directions.count }

  /// The names of a direction's tasks in reports.
  package static func name(ofDirection index: Int) -> String { index == 0 ? "forward" : "backward" }

  // MARK: Passes

  /// A direction's features for predicting each token's target  // [S, D]
  private func features(
    _ tape: Tape, _ batch: PackedBatch, _ direction: Direction, from initial: [RecurrentState]?
  ) -> (features: Variable, states: [RecurrentState]) {
    let (output, states) = outputs(tape, batch, direction, from: initial)
    return (tape.linear(output, direction.projection), states)
  }

  /// A direction's state after each token  // [S, H]
  func outputs(
    _ tape: Tape, _ batch: PackedBatch, _ direction: Direction, from initial: [RecurrentState]?
  ) -> (output: Variable, states: [RecurrentState]) {
    var input = tape.embedding(table, batch.distinctIDs)
    var rows: TokenRows? = batch.tokenRows
    var states: [RecurrentState] = []
    for (index, layer) in direction.layers.enumerated() {
      let result = tape.recurrentLayer(
        input, rows: rows, layout: batch.layout, layer, from: initial?[index])
      (input, rows) = (result.output, nil)
      states.append(result.state)
    }
    return (input, states)
  }

  /// The sampled loss of a segment's words, with its gradient on the tape.
  ///
  /// - Parameters:
  ///   - index: the direction's.
  ///   - continues: whether the segment's texts continue where the previous segment ended.
  ///   - drawn: the negative samples, from which the true word must be distinguished.
  package func loss(
    _ tape: Tape, _ segment: TextSegment, direction index: Int, continues: Bool, drawn: [Int32],
    logInclusion: [Float], weight: Float, divisor: Double
  ) -> LossSum {
    let direction = directions[index]
    let count = segment.packed.layout.sequenceCount
    // The initial states must outlive the writes below.
    let initial =
      continues
      ? direction.states.map { hidden, cells in
        RecurrentState(
          hidden: tape.workspace.copy(of: prefix(tape.weights[hidden], count)),
          cells: cells.map { tape.workspace.copy(of: prefix(tape.weights[$0], count)) }
            ?? tape.workspace.matrix(count, 0))
      } : nil
    let (features, states) = features(tape, segment.packed, direction, from: initial)
    if tape.isRecording, !tape.keepsStatistics {
      for (kept, state) in zip(direction.states, states) {
        tape.weights[kept.hidden].pointer.update(from: state.hidden.pointer, count: state.hidden.count)
        if let cells = kept.cells {
          tape.weights[cells].pointer.update(from: state.cells.pointer, count: state.cells.count)
        }
      }
    }
    return tape.sampledSoftmax(
      features, table: table, bias: bias, targets: segment.targets, drawn: drawn,
      logInclusion: logInclusion, weight: weight, divisor: divisor)
  }

  private func prefix(_ matrix: Matrix, _ rows: Int) -> Matrix {
    precondition(rows <= matrix.rows, "\(rows) texts side by side, of at most \(matrix.rows)")
    return Matrix(matrix.pointer, rows: rows, columns: matrix.columns)
  }

  /// The loss of whole texts over all words.
  package func wholeLoss(_ tape: Tape, _ segment: TextSegment, direction index: Int) -> LossSum {
    tape.softmaxLoss(
      features(tape, segment.packed, directions[index], from: nil).features, table: table, bias: bias,
      targets: segment.targets)
  }

  // MARK: The classifier's weights

  /// The weights that a classifier of the same network begins with, by its names. Its later layers read the
  /// other direction with zero weights, so that each direction gives the same states as here.
  package var classifierWeights: [(name: String, shape: [Int], values: [Float])] {
    var result: [(name: String, shape: [Int], values: [Float])] = [
      (Self.tableName, table.shape, weights[table].array)
    ]
    let network = configuration.network
    for layer in 0..<network.layerCount {
      for (index, direction) in directions.enumerated() {
        let own = direction.layers[layer]
        for parameter in [own.inputWeight, own.recurrentWeight, own.inputBias, own.recurrentBias] {
          let values = weights[parameter]
          guard parameter == own.inputWeight, layer > 0, directions.count == 2 else {
            result.append((parameter.name, parameter.shape, values.array))
            continue
          }
          var wide = [Float](repeating: 0, count: 2 * values.count)
          for row in 0..<values.rows {
            for column in 0..<values.columns {
              wide[(2 * row + index) * values.columns + column] = values.row(row)[column]
            }
          }
          result.append((parameter.name, [values.rows, 2 * values.columns], wide))
        }
      }
    }
    return result
  }
}
