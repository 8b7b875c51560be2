import DiscernTensor

/// What of a network can begin with a language model's weights, and the weights themselves.
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

  /// The choices that pretrained weights decide, by the names of their keys, where this network's are others
  /// than those of another one: what it has, and what it is to have.
  package func differences(fromPretrained other: RecurrentConfiguration) -> [(
    name: String, own: String, needed: String
  )] {
    [
      ("embedding-dim", "\(embeddingSize)", "\(other.embeddingSize)"),
      ("cell", cell.rawValue, other.cell.rawValue),
      ("bidirectional", "\(isBidirectional)", "\(other.isBidirectional)"),
      ("hidden", "\(hiddenSize)", "\(other.hiddenSize)"),
      ("layers", "\(layerCount)", "\(other.layerCount)"),
      // Normalised, the first layer would be another one than the language model's.
      ("batch-norm", batchNorm.rawValue, BatchNormKind.none.rawValue),
    ].filter { $0.1 != $0.2 }
  }

  /// This network with the choices that pretrained weights decide.
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
