/// The parts of the model that come from the second round of self-training.
public enum SelfTrainedParts: Sendable, Hashable {
  /// No part: the model of the first round is kept.
  case nothing
  /// The n-grams, together with the networks of the first round.
  case ngrams
  /// The n-grams and the networks.
  case all
}
