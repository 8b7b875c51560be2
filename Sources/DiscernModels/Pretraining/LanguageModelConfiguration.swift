import DiscernTensor

/// The shape of a `LanguageModel`: the words and recurrent layers of a classifier that begins with them.
public struct LanguageModelConfiguration: Hashable, Sendable {
  /// Words, `<pad>` and `<unk>` included.
  public var vocabularySize: Int
  /// Embedding, cell, units, layers and directions; all else is the classifier's own.
  public var network: RecurrentConfiguration
  /// Texts that are read side by side.
  public var sequenceCount: Int
  /// Words that the true one is told from in a training step, at most.
  public var drawnWords: Int

  public init(
    vocabularySize: Int, network: RecurrentConfiguration = RecurrentConfiguration(), sequenceCount: Int = 64,
    drawnWords: Int = 1024
  ) {
    self.vocabularySize = vocabularySize
    self.network = network
    self.sequenceCount = sequenceCount
    self.drawnWords = drawnWords
  }
}
