import DiscernBundle
import DiscernCorpus
import DiscernTraining
import DiscernVocabulary

/// The progress reports of `PretrainedEncoder.train`.
public enum PretrainingStage: Sendable {
  /// The words have been counted, or read from a given vocabulary.
  case vocabulary(Vocabulary, wasGiven: Bool)
  /// How the inputs were read, and what was skipped.
  case read(ReadingReport, EncodingSummary)
  /// The number of single-word texts, which have nothing to predict; not reported if there are none.
  case singleWords(Int)
  /// Word vectors were read.
  case vectors(WordVectors)
  /// The held-out texts, and their perplexity from word frequencies alone.
  case heldOut(texts: Int, tokens: Int, unigramPerplexity: Double)
  /// The network has been created and training is about to begin.
  case model(parameterCount: Int)
  /// A step, an epoch or another event of the trainer.
  case training(TrainingEvent)
  /// A checkpoint could not be written; not reported again until one has been written.
  case checkpointFailed(CheckpointError)
}
