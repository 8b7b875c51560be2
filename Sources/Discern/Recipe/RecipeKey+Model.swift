import DiscernModels
import DiscernTensor

extension RecurrentCell: RecipeValue {}
extension BatchNormKind: RecipeValue {}
extension DropoutKind: RecipeValue {}
extension Pooling: RecipeValue {}
extension NetworkKind: RecipeValue {}
extension LayerNormPlace: RecipeValue {}

/// One or several choices, joined by `+`; `none`: no choice.
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
      "encoder",
      "What kind of network: recurrent, hybrid (self-attention over its states), attention (over words and "
        + "places, a small transformer of one's own), hierarchical (the words of each sentence, then the "
        + "sentences, for long texts), or the pretrained transformer of --pretrained.",
      read: { $0.isTransformer ? .transformer : $0.network }, write: { $0.network = $1 },
      isImplied: { $0.model == .transformer || $0.network == .recurrent }),
    RecipeKey(
      "embedding-dim", \.encoder.embeddingSize,
      "Size of word vectors when there are no --vectors."),
    RecipeKey(
      "freeze-embedding", "Keep the word vectors as they are.",
      read: { !$0.encoder.trainsEmbedding }, write: { $0.encoder.trainsEmbedding = !$1 }),
    RecipeKey(
      "subword-buckets", \.encoder.subwordBuckets,
      "Rows of a table that gives unknown words vectors by their letters: 3 to 6 of them, hashed; 0: all "
        + "unknown words have one vector."),
    RecipeKey("cell", \.encoder.cell, "What the layers are made of."),
    RecipeKey(
      "bidirectional", formerly: [RecipeAlias("directions", values: ["1": "false", "2": "true"])],
      "Whether each layer also reads the texts from their ends.",
      read: { $0.encoder.isBidirectional },
      write: { $0.encoder.isBidirectional = $1 }),
    RecipeKey(
      "hidden", "Units of each direction of a layer.", read: { $0.encoder.hiddenSize },
      write: {
        $0.encoder.hiddenSize = $1
        $0.encoder.attentionSize = $1
      }),
    RecipeKey(
      "sentence-hidden",
      "With --encoder hierarchical: units of each direction of the layer that reads sentences. Unless given: "
        + "as hidden.",
      read: { $0.sentenceHiddenSize ?? $0.encoder.hiddenSize }, write: { $0.sentenceHiddenSize = $1 },
      isImplied: { $0.sentenceHiddenSize == nil }),
    RecipeKey("layers", \.encoder.layerCount, "Recurrent layers."),
    RecipeKey(
      "attention-layers", \.attentionLayers, "Blocks of self-attention, with --encoder hybrid or attention."),
    RecipeKey(
      "attention-heads", \.attentionHeads,
      "Heads of each block of self-attention; they divide the states' size: hidden, twice of it in both "
        + "directions."),
    RecipeKey(
      "attention-window",
      "Tokens on each side of one that it attends to in a block of self-attention, for long texts; 0: all of "
        + "its text.",
      read: { $0.encoder.attentionWindow ?? 0 },
      write: { $0.encoder.attentionWindow = $1 == 0 ? nil : $1 }),
    RecipeKey(
      "attention-memory",
      "For long texts: self-attention in segments of bptt tokens, in which a token attends to its segment "
        + "and this many tokens before it, which get no gradient (Transformer-XL); 0: no segments.",
      read: { $0.encoder.attentionMemory ?? 0 },
      write: { $0.encoder.attentionMemory = $1 == 0 ? nil : $1 }),
    RecipeKey(
      "relative-positions",
      "Whether blocks of self-attention know how far apart tokens are, instead of where words are. Unless "
        + "given: with attention-memory.",
      read: { $0.encoder.relativePositions ?? ($0.encoder.attentionMemory != nil) },
      write: { $0.encoder.relativePositions = $1 },
      isImplied: { $0.encoder.relativePositions == nil }),
    RecipeKey(
      "attention-projection",
      "Rows that keys and values of a block of self-attention are projected to along the text (Linformer), "
        + "such as 256, for long texts of up to max-tokens; 0: they are not.",
      read: { $0.encoder.attentionProjection ?? 0 },
      write: { $0.encoder.attentionProjection = $1 == 0 ? nil : $1 }),
    RecipeKey(
      "attention-projection-per-head", \.encoder.attentionProjectionPerHead,
      "Whether each head has projections of its own; otherwise a block's heads share them."),
    RecipeKey(
      "early-exit", \.encoder.hasEarlyExit,
      "Give the first layer poolings and heads of its own, learned with the others, so that classify and "
        + "evaluate --exit-confidence can leave out the layers above where it is sure."),
    RecipeKey(
      "skip-gates", \.encoder.hasSkipGates,
      "Let each direction of each LSTM layer decide at every token whether to take the step or to keep its "
        + "state (Campos et al. 2018); answers compute no product for a step that is not taken."),
    RecipeKey(
      "residual", \.encoder.residual,
      "Add each layer's input to its output, through a projection where their sizes differ."),
    RecipeKey(
      "layer-norm", \.encoder.layerNorm,
      "Where each token's features are normalised by themselves: input, between (layers), output; several "
        + "joined by +, or none."),
    RecipeKey(
      "batch-norm", \.encoder.batchNorm,
      "Whether each layer's output is normalised over the batch's tokens, all together (flattened) or those "
        + "of each step (per-step), or an LSTM's products and cells in each step (recurrent)."
    ),
    RecipeKey(
      "pooling", \.encoder.pooling,
      "How token states become one vector: additive, linear, max, mean, last; several joined by +."),
    RecipeKey(
      "attention-size", "Hidden units of additive attention. Unless given: as hidden.",
      read: { $0.encoder.attentionSize }, write: { $0.encoder.attentionSize = $1 },
      isImplied: { $0.encoder.attentionSize == $0.encoder.hiddenSize }),
    RecipeKey(
      "dropout", "Dropout on word vectors, between layers and on the pooled vector.",
      read: { $0.encoder.outputDropout },
      write: {
        $0.encoder.embeddingDropout = $1
        $0.encoder.outputDropout = $1
      }),
    RecipeKey(
      "embedding-dropout", "Dropout on word vectors. Unless given: as dropout.",
      read: { $0.encoder.embeddingDropout }, write: { $0.encoder.embeddingDropout = $1 },
      isImplied: { $0.encoder.embeddingDropout == $0.encoder.outputDropout }),
    RecipeKey(
      "layer-dropout", "Dropout between layers. Unless given: as dropout where there are several layers.",
      read: {
        $0.isHierarchical
          ? $0.encoder.layerDropout ?? $0.encoder.outputDropout : $0.encoder.layerDropoutRate
      },
      write: { $0.encoder.layerDropout = $1 },
      isImplied: { $0.encoder.layerDropout == nil }),
    RecipeKey(
      "dropout-kind", \.encoder.dropoutKind,
      "What dropout drops together: a feature of all occurrences of a word in a batch (word), of all of a "
        + "text's tokens (locked), or nothing (element)."),
    RecipeKey(
      "word-dropout", \.encoder.wordDropout,
      "Dropout of whole words: all occurrences in a batch, or none."),
    RecipeKey(
      "subword-dropout", \.encoder.subwordDropout,
      "With subword-buckets: how often training reads a known word by its letters alone, all occurrences in "
        + "a batch."),
    RecipeKey(
      "weight-drop", \.encoder.weightDropout, "Dropout on the recurrent weights, one mask a step."),
  ]
}
