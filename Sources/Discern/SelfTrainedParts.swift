/// What of a self-training's second round is in the model.
public enum SelfTrainedParts: Sendable, Hashable {
  /// None of it: the model of the first round is kept.
  case nothing
  /// The n-grams, beside the networks of the first round.
  case ngrams
  /// Its n-grams and its networks.
  case all
}
