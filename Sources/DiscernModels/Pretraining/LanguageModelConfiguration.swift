import DiscernTensor

/// The shape of a `LanguageModel`: the words and recurrent layers of a classifier that begins with them.
public struct LanguageModelConfiguration: Hashable, Sendable {
  /// The number of words, including `<pad>` and `<unk>`.
  public var vocabularySize: Int
  /// Embedding, cell, units, layers and directions; all other settings concern only the classifier.
  public var network: RecurrentConfiguration
  /// The number of texts read side by side.
  public var sequenceCount: Int
  /// The maximum number of negative samples in a training step.
  public var negatives: Int

  /// A language model with these settings.
  public init(
    vocabularySize: Int, network: RecurrentConfiguration = RecurrentConfiguration(), sequenceCount: Int = 64,
    negatives: Int = 1024
  ) {
    self.vocabularySize = vocabularySize
    self.network = network
    self.sequenceCount = sequenceCount
    self.negatives = negatives
  }
}
