/// The rule by which the first layers of a model's networks answer instead of the whole model.
package struct EarlyExitRule: Codable, Hashable, Sendable {
  /// By head: the temperature that calibrates the first layers' logits, or with n-grams those of both
  /// together.
  package let temperatures: [Double]
  /// By head: how the first layers' logits and those of n-grams are joined; nil without n-grams.
  package let mixing: [LogitMixing]?

  package init(temperatures: [Double], mixing: [LogitMixing]?) {
    self.temperatures = temperatures
    self.mixing = mixing
  }
}
