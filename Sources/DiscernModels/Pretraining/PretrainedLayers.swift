import DiscernTensor

/// The parts of a network that can begin with a language model's weights.
extension RecurrentConfiguration {
  /// The names and shapes of the weights that a language model gives a classifier of this network.
  package func pretrainedShapes(vocabularySize: Int) -> [(name: String, shape: [Int])] {
    var shapes = [(name: "embedding.weight", shape: [vocabularySize, embeddingSize])]
    let gates = cell.gateCount * hiddenSize
    for layer in 0..<layerCount {
      for ending in isBidirectional ? ["", "_reverse"] : [""] {
        let suffix = "l\(layer)\(ending)"
        shapes += [
          ("\(cell.rawValue).weight_ih_\(suffix)", [gates, layer == 0 ? embeddingSize : stateSize]),
          ("\(cell.rawValue).weight_hh_\(suffix)", [gates, hiddenSize]),
          ("\(cell.rawValue).bias_ih_\(suffix)", [gates]), ("\(cell.rawValue).bias_hh_\(suffix)", [gates]),
        ]
      }
    }
    return shapes
  }

  /// The settings fixed by pretrained weights in which this network differs from another: their keys, this
  /// network's value, and the required value.
  package func differences(fromPretrained other: RecurrentConfiguration) -> [(
    name: String, own: String, needed: String
  )] {
    [
      ("embedding-dim", "\(embeddingSize)", "\(other.embeddingSize)"),
      ("cell", cell.rawValue, other.cell.rawValue),
      ("bidirectional", "\(isBidirectional)", "\(other.isBidirectional)"),
      ("hidden", "\(hiddenSize)", "\(other.hiddenSize)"),
      ("layers", "\(layerCount)", "\(other.layerCount)"),
      // With normalisation, the first layer would differ from the language model's.
      ("batch-norm", batchNorm.rawValue, BatchNormKind.none.rawValue),
      ("skip-gates", "\(hasSkipGates)", "false"),
    ].filter { $0.1 != $0.2 }
  }

  /// This network with the settings fixed by pretrained weights.
  package func beginning(with other: RecurrentConfiguration) -> RecurrentConfiguration {
    var result = self
    result.embeddingSize = other.embeddingSize
    result.cell = other.cell
    result.isBidirectional = other.isBidirectional
    result.hiddenSize = other.hiddenSize
    result.layerCount = other.layerCount
    return result
  }
}
