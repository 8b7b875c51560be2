import DiscernBundle
import DiscernCorpus
import DiscernTraining
import DiscernVocabulary

/// What `PretrainedEncoder.train` tells while it works.
public enum PretrainingStage: Sendable {
  case vocabulary(Vocabulary, wasGiven: Bool)
  /// How the inputs were understood, and what was skipped.
  case read(ReadingReport, EncodingSummary)
  /// How many texts of a single word have nothing to predict; not called where there are none.
  case singleWords(Int)
  case vectors(WordVectors)
  /// What is measured on, and its perplexity for a model that knows words' frequencies alone.
  case heldOut(texts: Int, tokens: Int, unigramPerplexity: Double)
  case model(parameterCount: Int)
  case training(TrainingEvent)
  /// A checkpoint could not be written; told once until one is written again.
  case checkpointFailed(CheckpointError)
}
