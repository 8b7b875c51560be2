import DiscernModels

extension [Pooling]: RecipeValue {
  static var recipeForm: RecipeKey.Form {
    .text(Pooling.allCases.map(\.rawValue).joined(separator: ", ") + ", or several joined by +")
  }

  init?(recipeText: String) {
    var result: [Pooling] = []
    for name in recipeText.split(separator: "+", omittingEmptySubsequences: false) {
      guard let pooling = Pooling(rawValue: String(name)) else { return nil }
      result.append(pooling)
    }
    self = result
  }

  var recipeText: String { map(\.rawValue).joined(separator: "+") }
}

extension RecipeKey {
  /// The network's shape.
  static let modelKeys = [
    RecipeKey("embedding-dim", \.embeddingSize, "Size of word vectors when there are no --vectors."),
    RecipeKey(
      "freeze-embedding", "Keep the word vectors as they are.",
      read: { !$0.trainsEmbedding }, write: { $0.trainsEmbedding = !$1 }),
    RecipeKey(
      "hidden", "Units of each LSTM direction.", read: { $0.hiddenSize },
      write: {
        $0.hiddenSize = $1
        $0.attentionSize = $1
      }),
    RecipeKey("layers", \.layerCount, "LSTM layers."),
    RecipeKey(
      "pooling", \.pooling,
      "How token states become one vector: additive, linear, max, mean, last; several joined by +."),
    RecipeKey(
      "attention-size", "Hidden units of additive attention. Unless given: as hidden.",
      read: { $0.attentionSize }, write: { $0.attentionSize = $1 },
      isImplied: { $0.attentionSize == $0.hiddenSize }),
    RecipeKey(
      "dropout", "Dropout on word vectors, between layers and on the pooled vector.",
      read: { $0.outputDropout },
      write: {
        $0.embeddingDropout = $1
        $0.layerDropout = $1
        $0.outputDropout = $1
      }),
    RecipeKey(
      "embedding-dropout", "Dropout on word vectors. Unless given: as dropout.",
      read: { $0.embeddingDropout }, write: { $0.embeddingDropout = $1 },
      isImplied: { $0.embeddingDropout == $0.outputDropout }),
    RecipeKey(
      "layer-dropout", "Dropout between layers. Unless given: as dropout.",
      read: { $0.layerDropout }, write: { $0.layerDropout = $1 },
      isImplied: { $0.layerDropout == $0.outputDropout }),
  ]
}
