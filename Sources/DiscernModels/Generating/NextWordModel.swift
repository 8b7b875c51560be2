import DiscernCorpus
import DiscernSystem
import DiscernTensor
import DiscernVocabulary

// Notation: N texts, D features of a word's vector, H units, V words.

/// The forward direction of a language model as a separate model: it predicts how likely each word is to come
/// next, and how likely the text is to end.
///
/// The probability of the end is a logistic regression on the last layer's state; the words share the rest. A
/// text's first word has no predecessor: its probabilities are the shares of first words in the training
/// texts.
package struct NextWordModel: Sendable {
  package let weights: Weights
  private let layers: [RecurrentParameters]
  private let projection: LinearParameters
  /// The words' output vectors, which are also the input embedding, and their biases.
  private let words: LinearParameters
  private let end: LinearParameters
  /// [V] how many texts begin with each word.
  private let firstWords: StateTensor

  package static let wordBiasName = "decoder.word_bias"
  package static let endPrefix = "decoder.end"
  package static let firstWordsName = "decoder.first_words"

  /// The names and shapes of the weights that the model has in addition to those of a classifier that begins
  /// with the same language model.
  package static func outputShapes(
    _ network: RecurrentConfiguration, vocabularySize: Int
  ) -> [(name: String, shape: [Int])] {
    [
      ("decoder.weight", [network.embeddingSize, network.hiddenSize]),
      ("decoder.bias", [network.embeddingSize]), (wordBiasName, [vocabularySize]),
      (endPrefix + ".weight", [1, network.hiddenSize]), (endPrefix + ".bias", [1]),
      (firstWordsName, [vocabularySize]),
    ]
  }

  /// - Parameters:
  ///   - encoder: the weights that a classifier begins with, by its names (`RecurrentConfiguration
  ///     .pretrainedShapes`); those of the backward direction are not used.
  ///   - output: those of `outputShapes`.
  package init(
    _ network: RecurrentConfiguration, vocabularySize: Int,
    encoder: [(name: String, shape: [Int], values: [Float])],
    output: [(name: String, shape: [Int], values: [Float])]
  ) {
    var layout = ParameterLayout()
    words = LinearParameters(
      &layout, prefix: "embedding", inputSize: network.embeddingSize, outputSize: vocabularySize)
    layers = (0..<network.layerCount).map { layer in
      RecurrentParameters(
        &layout, cell: network.cell, suffix: "l\(layer)",
        inputSize: layer == 0 ? network.embeddingSize : network.hiddenSize, hiddenSize: network.hiddenSize)
    }
    projection = LinearParameters(
      &layout, prefix: "decoder", inputSize: network.hiddenSize, outputSize: network.embeddingSize)
    end = LinearParameters(&layout, prefix: Self.endPrefix, inputSize: network.hiddenSize, outputSize: 1)
    firstWords = layout.addState(Self.firstWordsName, [vocabularySize])
    weights = Weights(layout: layout)
    let given = Dictionary(uniqueKeysWithValues: (encoder + output).map { ($0.name, $0.values) })
    for (name, _, target) in weights.tensors {
      let source = name == words.bias?.name ? Self.wordBiasName : name
      guard let values = given[source] else { preconditionFailure("no weights \(source)") }
      Self.fill(target, from: values)
    }
    weights.didChange()
  }

  /// Copies the first columns of a wider matrix: a classifier's later layers read both directions, the
  /// forward one first.
  private static func fill(_ target: Matrix, from values: [Float]) {
    let columns = values.count / target.rows
    precondition(columns >= target.columns, "\(values.count) values for [\(target.rows), \(target.columns)]")
    for row in 0..<target.rows {
      for column in 0..<target.columns { target.row(row)[column] = values[row * columns + column] }
    }
  }

  package var vocabularySize: Int { words.weight.rows }
  private var vectorSize: Int { words.weight.columns }

  /// The states of texts before anything is read.
  package func states(textCount: Int) -> LayerStates { LayerStates(layers: layers, count: textCount) }

  /// The number of words of a text read at a time, so that memory does not grow with its length.
  private static let blockSize = 256

  /// Reads further words of the texts, which must be ordered by descending length; each has at least one
  /// word, and there may be fewer texts than states.
  ///
  /// A text's state has the same bits alone and in any batch.
  package func read(
    _ texts: [ArraySlice<Int32>], _ states: inout LayerStates, _ compute: Compute, _ workspace: Workspace
  ) {
    let longest = texts.first?.count ?? 0
    for start in stride(from: 0, to: longest, by: Self.blockSize) {
      var parts = EncodedTexts()
      for text in texts where text.count > start {
        parts.append(text.dropFirst(start).prefix(Self.blockSize))
      }
      readBlock(parts, &states, compute, workspace)
    }
  }

  private func readBlock(
    _ texts: EncodedTexts, _ states: inout LayerStates, _ compute: Compute, _ workspace: Workspace
  ) {
    workspace.reset()
    let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
    let batch = PackedBatch(texts, indices: Array(0..<texts.count))
    precondition(batch.indices == Array(0..<texts.count), "texts by descending length")
    let vectors = workspace.matrix(batch.distinctIDs.count, vectorSize)
    for (row, id) in batch.distinctIDs.enumerated() {
      vectors.row(row).update(from: weights[words.weight].row(Int(id)), count: vectorSize)
    }
    var input = Variable(vectors)
    var rows: TokenRows? = batch.tokenRows
    for (index, layer) in layers.enumerated() {
      let initial = states.state(ofLayer: index, count: texts.count, workspace)
      let result = tape.recurrentLayer(input, rows: rows, layout: batch.layout, layer, from: initial)
      (input, rows) = (result.output, nil)
      states.keep(result.state, ofLayer: index)
    }
  }

  /// Predictions after N texts: the logits of the words [N, V], and of the end [N, 1].
  ///
  /// - Returns: matrices in the workspace's memory.
  package func next(
    _ states: LayerStates, _ compute: Compute, _ workspace: Workspace
  ) -> (words: Matrix, end: Matrix) {
    workspace.reset()
    let tape = Tape(compute: compute, workspace: workspace, weights: weights, gradients: nil)
    let top = Variable(states.hidden(ofLayer: layers.count - 1, workspace))
    return (tape.linear(tape.linear(top, projection), words).value, tape.linear(top, end).value)
  }

  /// [V] how many texts begin with each word.
  package var firstWordCounts: Matrix { weights[firstWords] }
}
