import DiscernTensor

/// What a network does, step by step in the order of a pass: the one source of tables, counts of operations
/// and exports.
public struct NetworkDescription: Sendable, Hashable {
  /// What comes out of a step.
  public enum Output: Sendable, Hashable {
    /// So many features of each token.
    case tokens(Int)
    /// So many features of each sentence.
    case sentences(Int)
    /// So many features of each text.
    case text(Int)
  }

  /// What the layers of a part read, which always describe themselves as reading the tokens of a text.
  enum Level {
    case texts
    /// The words of a sentence.
    case words
    /// The sentences of a text.
    case sentences
  }

  /// What a step computes without gradients, with the weights that it takes: what exports are made from.
  package enum Operation: Sendable, Hashable {
    /// Of words' ids, a table's rows.
    case embedding(EmbeddingTable)
    /// Adds the mean of a table's rows, those of its letters, to each unknown word's vector.
    case letters(EmbeddingTable)
    /// What follows reads sentences, each by its vector.
    case sentences
    /// Adds to the vectors that a step before this one was given, the input of the recurrent layer before it,
    /// what its directions have read of the other sentences, through a projection if there is one.
    case context(directions: Int, projection: LinearParameters?)
    /// Nothing, without gradients.
    case dropout
    case layerNormalisation(LayerNormParameters)
    case batchNormalisation(BatchNormParameters)
    /// By direction.
    case recurrent([RecurrentParameters])
    case batchNormalisedLSTM([RecurrentBatchNormParameters])
    /// Adds the input of a step before this one, through a projection if there is one.
    case shortcut(inputOf: Int, projection: LinearParameters?)
    case attention(AttentionParameters)
    case maximum
    case mean
    /// Each direction's last state.
    case last(directions: Int)
    /// Of pieces' ids: words, places and kinds, added up and normalised.
    case tokenEmbedding(TokenEmbedding)
    case transformerBlock(TransformerBlock)
    /// Words' vectors through a product, and the waves of their places added.
    case placedWords(LinearParameters, PlaceWaves)
    case selfAttentionBlock(SelfAttentionBlock)
    /// The first token's.
    case first
    /// Rows divided by their length.
    case unitLength
    case scaling(ColumnScaling)
    /// A head's logits, of all poolings' outputs side by side.
    case output(LinearParameters)
  }

  public struct Step: Sendable, Hashable {
    /// In words, such as `bidirectional LSTM, 2 × 128`.
    public let name: String
    public let output: Output
    /// Numbers that training moves, or could.
    public let parameterCount: Int
    /// Multiplications and additions of its matrix products, forward, for each token.
    public let productsPerToken: Int
    /// The same for each sentence.
    public let productsPerSentence: Int
    package let operation: Operation
  }

  public private(set) var steps: [Step] = []
  private var level = Level.texts

  init() {}

  /// Describes a part whose layers read something else than texts.
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

  /// The same of a sentence, besides its tokens'.
  public var flopsPerSentence: Double { 2 * Double(steps.reduce(0) { $0 + $1.productsPerSentence }) }
}
