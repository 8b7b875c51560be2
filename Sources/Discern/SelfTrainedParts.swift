/// The parts of the model that come from the second round of self-training.
public enum SelfTrainedParts: Sendable, Hashable {
  /// None of it: the model of the first round is kept.
  case nothing
  /// The n-grams, beside the networks of the first round.
  case ngrams
  /// Its n-grams and its networks.
  case all
}
