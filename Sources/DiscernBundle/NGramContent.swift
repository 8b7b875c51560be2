import DiscernModels

/// What a manifest says of a model's n-grams.
struct NGramContent: Codable {
  /// By task: how the n-grams' logits and the network's are mixed; nil without a network.
  let mixing: [LogitMixing]?
}
