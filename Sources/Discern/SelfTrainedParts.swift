/// What of a self-training's second round is in the model.
public enum SelfTrainedParts: Sendable, Hashable {
  case nothing
  /// The n-grams, beside the networks of the first round.
  case ngrams
  case all
}
