import DiscernModels

/// The part of a manifest for a model's n-grams.
struct NGramContent: Codable {
  /// By task: how the n-grams' logits and the network's are mixed; nil without a network.
  let mixing: [LogitMixing]?
  /// By task: the temperature of the n-grams' own logits, with a network; nil if it was not measured.
  let temperatures: [Double]?
}
