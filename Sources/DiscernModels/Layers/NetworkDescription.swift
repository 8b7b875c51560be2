import DiscernTensor

/// A network described step by step in the order of a pass: the only source of tables, operation counts and
/// exports.
public struct NetworkDescription: Sendable, Hashable {
  /// The output of a step.
  public enum Output: Sendable, Hashable {
    /// This many features of each token.
    case tokens(Int)
    /// This many features of each sentence.
    case sentences(Int)
    /// This many features of each text.
    case text(Int)
  }

  /// The sequences that a part's layers read; the layers themselves always describe their input as a text's
  /// tokens.
  enum Level {
    case texts
    /// The words of a sentence.
    case words
    /// The sentences of a text.
    case sentences
  }

  /// The computation of a step without gradients, with its weights: the source of exports.
  package enum Operation: Sendable, Hashable {
    /// Looks up a table's rows by word ids.
    case embedding(EmbeddingTable)
    /// Adds to each unknown word's vector the mean of the table's rows for its letters.
    case letters(EmbeddingTable)
    /// The following steps read sentences, one vector each.
    case sentences
    /// Adds to the input of the preceding recurrent layer the states that its directions reached on the other
    /// sentences, through a projection if there is one.
    case context(directions: Int, projection: LinearParameters?)
    /// Does nothing without gradients.
    case dropout
    case layerNormalisation(LayerNormParameters)
    case batchNormalisation(BatchNormParameters)
    /// By direction.
    case recurrent([RecurrentParameters])
    case batchNormalisedLSTM([RecurrentBatchNormParameters])
    case skippingLSTM([SkipLSTMParameters])
    /// Adds the input of an earlier step, through a projection if there is one.
    case shortcut(inputOf: Int, projection: LinearParameters?)
    case attention(AttentionParameters)
    case maximum
    case mean
    /// Each direction's last state.
    case last(directions: Int)
    /// Turns word-piece ids into vectors: word, position and segment embeddings, summed and normalised.
    case tokenEmbedding(TokenEmbedding)
    case transformerBlock(TransformerBlock)
    /// Projects word vectors and adds sinusoidal position encodings, if there are any.
    case positionEncodedWords(LinearParameters, SinusoidalPositions?)
    case selfAttentionBlock(SelfAttentionBlock)
    /// The first token's state.
    case first
    /// Rows divided by their length.
    case unitLength
    case scaling(ColumnScaling)
    /// A head's logits, from the concatenated outputs of all poolings.
    case output(LinearParameters)
  }

  /// One step of a pass.
  public struct Step: Sendable, Hashable {
    /// In words, such as `bidirectional LSTM, 2 × 128`.
    public let name: String
    /// The step's output.
    public let output: Output
    /// The number of weights, trained or frozen.
    public let parameterCount: Int
    /// The number of multiply-adds of its matrix products, forward, for each token.
    public let productsPerToken: Int
    /// The same for each sentence.
    public let productsPerSentence: Int
    package let operation: Operation
  }

  /// The steps in the order of a pass.
  public private(set) var steps: [Step] = []
  private var level = Level.texts

  init() {}

  /// Describes a part whose layers read something other than texts.
  mutating func of(_ level: Level, _ body: (inout NetworkDescription) -> Void) {
    let outer = self.level
    self.level = level
    body(&self)
    self.level = outer
  }

  mutating func add(
    _ name: String, _ output: Output, _ operation: Operation, parameters: [Parameter?] = [],
    table: EmbeddingTable? = nil, tables: [EmbeddingTable] = [],
    productsPerToken: Int = 0
  ) {
    let place: Output =
      switch (level, output) {
      case (.words, .text(let features)), (.sentences, .tokens(let features)): .sentences(features)
      default: output
      }
    let isOfSentences = level == .sentences
    steps.append(
      Step(
        name: name, output: place,
        parameterCount: (tables + [table].compactMap(\.self)).reduce(0) { $0 + $1.count }
          + parameters.reduce(0) { $0 + ($1?.count ?? 0) },
        productsPerToken: isOfSentences ? 0 : productsPerToken,
        productsPerSentence: isOfSentences ? productsPerToken : 0, operation: operation))
  }

  /// Floating-point operations of a token's matrix products in a forward pass.
  public var flopsPerToken: Double { 2 * Double(steps.reduce(0) { $0 + $1.productsPerToken }) }

  /// The same for a sentence, in addition to its tokens.
  public var flopsPerSentence: Double { 2 * Double(steps.reduce(0) { $0 + $1.productsPerSentence }) }
}
