import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTraining
import DiscernVocabulary

/// What `TextMatcher.train` tells while it works.
public enum MatchStage: Sendable {
  /// How the inputs were understood, and what was skipped.
  case read(ReadingReport, EncodingSummary, part: String)
  /// The words are counted, or those of what was pretrained.
  case vocabulary(Vocabulary, wasGiven: Bool)
  /// The texts are read by a pretrained transformer.
  case transformer(TransformerConfiguration)
  /// So many texts have their vectors by it.
  case vectorsMade(texts: Int, of: Int)
  /// How many texts have a label that no other one has, so that nothing belongs to them.
  case withoutPartner(Int, part: String)
  /// How many rows were left out that have no second text.
  case withoutSecondText(Int, part: String)
  /// How many texts are learned from and measured on.
  case divided(training: Int, heldOut: Int)
  /// The network is made and training is about to begin.
  case model(MatcherConfiguration, parameterCount: Int)
  /// A step, an epoch or another event of the trainer. An epoch's accuracy is its recall at 1.
  case training(TrainingEvent)
  /// A checkpoint could not be written; told once until one is written again.
  case checkpointFailed(CheckpointError)
}
