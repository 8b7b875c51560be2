import DiscernModels
import DiscernTensor

extension RecurrentCell: RecipeValue {}
extension BatchNormKind: RecipeValue {}
extension DropoutKind: RecipeValue {}
extension Pooling: RecipeValue {}
extension LayerNormPlace: RecipeValue {}

/// One choice or several, joined by `+`; `none`: no choice.
extension Array: RecipeValue where Element: RecipeValue & RawRepresentable<String> & CaseIterable {
  static var recipeForm: RecipeKey.Form {
    .text(Element.allCases.map(\.rawValue).joined(separator: ", ") + ", or several joined by +")
  }

  init?(recipeText: String) {
    self.init()
    if recipeText == "none" { return }
    for name in recipeText.split(separator: "+", omittingEmptySubsequences: false) {
      guard let choice = Element(rawValue: String(name)) else { return nil }
      append(choice)
    }
  }

  var recipeText: String { isEmpty ? "none" : map(\.rawValue).joined(separator: "+") }
}

extension RecipeKey {
  /// The network's shape.
  static let modelKeys = [
    RecipeKey(
      "embedding-dim", \.encoder.recurrent.embeddingSize,
      "Size of word vectors when there are no --vectors."),
    RecipeKey(
      "freeze-embedding", "Keep the word vectors as they are.",
      read: { !$0.encoder.recurrent.trainsEmbedding }, write: { $0.encoder.recurrent.trainsEmbedding = !$1 }),
    RecipeKey(
      "subword-buckets", \.encoder.recurrent.subwordBuckets,
      "Rows of a table that gives unknown words vectors by their letters: 3 to 6 of them, hashed; 0: all "
        + "unknown words have one vector."),
    RecipeKey("cell", \.encoder.recurrent.cell, "What the layers are made of."),
    RecipeKey(
      "bidirectional", formerly: [RecipeAlias("directions", values: ["1": "false", "2": "true"])],
      "Whether each layer also reads the texts from their ends.",
      read: { $0.encoder.recurrent.isBidirectional },
      write: { $0.encoder.recurrent.isBidirectional = $1 }),
    RecipeKey(
      "hidden", "Units of each direction of a layer.", read: { $0.encoder.recurrent.hiddenSize },
      write: {
        $0.encoder.recurrent.hiddenSize = $1
        $0.encoder.recurrent.attentionSize = $1
      }),
    RecipeKey("layers", \.encoder.recurrent.layerCount, "Recurrent layers."),
    RecipeKey(
      "residual", \.encoder.recurrent.residual,
      "Add each layer's input to its output, through a projection where their sizes differ."),
    RecipeKey(
      "layer-norm", \.encoder.recurrent.layerNorm,
      "Where each token's features are normalised by themselves: input, between (layers), output; several "
        + "joined by +, or none."),
    RecipeKey(
      "batch-norm", \.encoder.recurrent.batchNorm,
      "Whether each layer's output is normalised over the batch's tokens, all together (flattened) or those "
        + "of each step (per-step), or an LSTM's products and cells in each step (recurrent)."
    ),
    RecipeKey(
      "pooling", \.encoder.recurrent.pooling,
      "How token states become one vector: additive, linear, max, mean, last; several joined by +."),
    RecipeKey(
      "attention-size", "Hidden units of additive attention. Unless given: as hidden.",
      read: { $0.encoder.recurrent.attentionSize }, write: { $0.encoder.recurrent.attentionSize = $1 },
      isImplied: { $0.encoder.recurrent.attentionSize == $0.encoder.recurrent.hiddenSize }),
    RecipeKey(
      "dropout", "Dropout on word vectors, between layers and on the pooled vector.",
      read: { $0.encoder.recurrent.outputDropout },
      write: {
        $0.encoder.recurrent.embeddingDropout = $1
        $0.encoder.recurrent.outputDropout = $1
      }),
    RecipeKey(
      "embedding-dropout", "Dropout on word vectors. Unless given: as dropout.",
      read: { $0.encoder.recurrent.embeddingDropout }, write: { $0.encoder.recurrent.embeddingDropout = $1 },
      isImplied: { $0.encoder.recurrent.embeddingDropout == $0.encoder.recurrent.outputDropout }),
    RecipeKey(
      "layer-dropout", "Dropout between layers. Unless given: as dropout where there are several layers.",
      read: { $0.encoder.recurrent.layerDropoutRate },
      write: { $0.encoder.recurrent.layerDropout = $1 },
      isImplied: { $0.encoder.recurrent.layerDropout == nil }),
    RecipeKey(
      "dropout-kind", \.encoder.recurrent.dropoutKind,
      "What dropout drops together: a feature of all occurrences of a word in a batch (word), of all of a "
        + "text's tokens (locked), or nothing (element)."),
    RecipeKey(
      "word-dropout", \.encoder.recurrent.wordDropout,
      "Dropout of whole words: all occurrences in a batch, or none."),
    RecipeKey(
      "subword-dropout", \.encoder.recurrent.subwordDropout,
      "With subword-buckets: how often training reads a known word by its letters alone, all occurrences in "
        + "a batch."),
    RecipeKey(
      "weight-drop", \.encoder.recurrent.weightDropout, "Dropout on the recurrent weights, one mask a step."),
  ]
}
