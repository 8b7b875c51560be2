import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTraining
import DiscernVocabulary

/// The progress reports of `TextMatcher.train`.
public enum MatchStage: Sendable {
  /// How the inputs were read, and what was skipped.
  case read(ReadingReport, EncodingSummary, part: String)
  /// The words have been counted, or taken from the pretrained model.
  case vocabulary(Vocabulary, wasGiven: Bool)
  /// A pretrained transformer reads the texts.
  case transformer(TransformerConfiguration)
  /// The number of texts whose vectors have been computed.
  case vectorsMade(texts: Int, of: Int)
  /// The number of texts whose label occurs only once, so that they have no partner.
  case withoutPartner(Int, part: String)
  /// The number of rows left out because they have no second text.
  case withoutSecondText(Int, part: String)
  /// The number of training texts and of held-out texts.
  case divided(training: Int, heldOut: Int)
  /// The settings that were left open and are now chosen; reported if there are any.
  case fitted([FittedChoice])
  /// The network has been created and training is about to begin.
  case model(MatcherConfiguration, parameterCount: Int)
  /// A step, an epoch or another event of the trainer. An epoch's accuracy is its recall at 1.
  case training(TrainingEvent)
  /// Possible improvements, derived from the figures of a training run that ended by itself; reported if
  /// there are any.
  case hints([TrainingHint])
  /// A checkpoint could not be written; not reported again until one has been written.
  case checkpointFailed(CheckpointError)
}
