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
      "Kind of network: recurrent, hybrid (self-attention over recurrent states), attention (a small "
        + "transformer, trained from scratch), hierarchical (words, then sentences, for long texts), or the "
        + "transformer of --pretrained.",
      read: { $0.isTransformer ? .transformer : $0.network }, write: { $0.network = $1 },
      isImplied: { $0.model == .transformer || $0.network == .recurrent }),
    RecipeKey(
      "embedding-dim", \.encoder.embeddingSize,
      "Dimension of the word vectors when there are no --vectors."),
    RecipeKey(
      "freeze-embedding", "Do not train the word vectors.",
      read: { !$0.encoder.trainsEmbedding }, write: { $0.encoder.trainsEmbedding = !$1 }),
    RecipeKey(
      "subword-buckets", \.encoder.subwordBuckets,
      "Number of hash buckets for character n-grams (3 to 6 letters) from which unknown words get their "
        + "vectors; 0: one vector for all unknown words."),
    RecipeKey("cell", \.encoder.cell, "Type of the recurrent layers."),
    RecipeKey(
      "bidirectional", formerly: [RecipeAlias("directions", values: ["1": "false", "2": "true"])],
      "Whether the recurrent layers are bidirectional.",
      read: { $0.encoder.isBidirectional },
      write: { $0.encoder.isBidirectional = $1 }),
    RecipeKey(
      "hidden", "Hidden units of each direction of a layer.", read: { $0.encoder.hiddenSize },
      write: {
        $0.encoder.hiddenSize = $1
        $0.encoder.attentionSize = $1
      }),
    RecipeKey(
      "sentence-hidden",
      "With --encoder hierarchical: hidden units of each direction of the sentence layer. Default: as "
        + "hidden.",
      read: { $0.sentenceHiddenSize ?? $0.encoder.hiddenSize }, write: { $0.sentenceHiddenSize = $1 },
      isImplied: { $0.sentenceHiddenSize == nil }),
    RecipeKey("layers", \.encoder.layerCount, "Number of recurrent layers."),
    RecipeKey(
      "attention-layers", \.attentionLayers,
      "Number of self-attention blocks, with --encoder hybrid or "
        + "attention."),
    RecipeKey(
      "attention-heads", \.attentionHeads,
      "Number of heads of each self-attention block; must divide the state size (hidden, doubled if "
        + "bidirectional)."),
    RecipeKey(
      "attention-window",
      "Number of tokens on each side that a token attends to in self-attention, for long texts; 0: the whole "
        + "text.",
      read: { $0.encoder.attentionWindow ?? 0 },
      write: { $0.encoder.attentionWindow = $1 == 0 ? nil : $1 }),
    RecipeKey(
      "attention-memory",
      "For long texts: self-attention over segments of bptt tokens and this many tokens before each, which "
        + "get no gradient (Transformer-XL); 0: no segments.",
      read: { $0.encoder.attentionMemory ?? 0 },
      write: { $0.encoder.attentionMemory = $1 == 0 ? nil : $1 }),
    RecipeKey(
      "relative-positions",
      "Whether self-attention uses relative positions instead of absolute ones. Default: only with "
        + "attention-memory.",
      read: { $0.encoder.relativePositions ?? ($0.encoder.attentionMemory != nil) },
      write: { $0.encoder.relativePositions = $1 },
      isImplied: { $0.encoder.relativePositions == nil }),
    RecipeKey(
      "attention-projection",
      "Length to which keys and values of self-attention are projected (Linformer), such as 256, for long "
        + "texts of up to max-tokens; 0: no projection.",
      read: { $0.encoder.attentionProjection ?? 0 },
      write: { $0.encoder.attentionProjection = $1 == 0 ? nil : $1 }),
    RecipeKey(
      "attention-projection-per-head", \.encoder.attentionProjectionPerHead,
      "Whether each head has its own projections; otherwise the heads of a block share them."),
    RecipeKey(
      "early-exit", \.encoder.hasEarlyExit,
      "Give the first layer its own pooling and output heads, so that classify and evaluate "
        + "--exit-confidence can skip the layers above it where it is confident."),
    RecipeKey(
      "skip-gates", \.encoder.hasSkipGates,
      "Let each direction of each LSTM layer decide at every token whether to update its state or to skip "
        + "the token (Skip RNN, Campos et al. 2018); skipped steps need no product with the state when texts "
        + "are classified."),
    RecipeKey(
      "residual", \.encoder.residual,
      "Add each layer's input to its output (residual connections), projected where the sizes differ."),
    RecipeKey(
      "layer-norm", \.encoder.layerNorm,
      "Where layer normalisation is applied: input, between (layers), output; several joined by +, or none."),
    RecipeKey(
      "batch-norm", \.encoder.batchNorm,
      "Batch normalisation of each layer's output, over all tokens of the batch (flattened) or over each "
        + "time step (per-step), or inside the LSTM at each time step (recurrent)."
    ),
    RecipeKey(
      "pooling", \.encoder.pooling,
      "How token states are pooled into one vector: additive or linear (attention), max, mean, last; several "
        + "joined by +."),
    RecipeKey(
      "attention-size", "Hidden units of additive attention. Default: as hidden.",
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
      "embedding-dropout", "Dropout on word vectors. Default: as dropout.",
      read: { $0.encoder.embeddingDropout }, write: { $0.encoder.embeddingDropout = $1 },
      isImplied: { $0.encoder.embeddingDropout == $0.encoder.outputDropout }),
    RecipeKey(
      "layer-dropout", "Dropout between layers. Default: as dropout if there are several layers.",
      read: {
        $0.isHierarchical
          ? $0.encoder.layerDropout ?? $0.encoder.outputDropout : $0.encoder.layerDropoutRate
      },
      write: { $0.encoder.layerDropout = $1 },
      isImplied: { $0.encoder.layerDropout == nil }),
    RecipeKey(
      "dropout-kind", \.encoder.dropoutKind,
      "How dropout masks are shared: by all occurrences of a word in a batch (word), by all tokens of a text "
        + "(locked), or not at all (element)."),
    RecipeKey(
      "word-dropout", \.encoder.wordDropout,
      "Probability of dropping a whole word, in all its occurrences in a batch."),
    RecipeKey(
      "subword-dropout", \.encoder.subwordDropout,
      "With subword-buckets: probability that training reads a known word by its letters alone, in all its "
        + "occurrences in a batch."),
    RecipeKey(
      "weight-drop", \.encoder.weightDropout,
      "Dropout on the recurrent weights, one mask per training "
        + "step."),
  ]
}
