import DiscernBundle
import DiscernCorpus
import DiscernTraining
import DiscernVocabulary

/// What `PretrainedEncoder.train` tells while it works.
public enum PretrainingStage: Sendable {
  /// The words are counted, or read from a given vocabulary.
  case vocabulary(Vocabulary, wasGiven: Bool)
  /// How the inputs were understood, and what was skipped.
  case read(ReadingReport, EncodingSummary)
  /// How many texts of a single word have nothing to predict; not called where there are none.
  case singleWords(Int)
  /// Word vectors were read.
  case vectors(WordVectors)
  /// What is measured on, and its perplexity for a model that knows words' frequencies alone.
  case heldOut(texts: Int, tokens: Int, unigramPerplexity: Double)
  /// The network is made and training is about to begin.
  case model(parameterCount: Int)
  /// A step, an epoch or another event of the trainer.
  case training(TrainingEvent)
  /// A checkpoint could not be written; told once until one is written again.
  case checkpointFailed(CheckpointError)
}
