/// The rule by which the first layers of a model's networks answer in place of the whole model.
package struct EarlyExitRule: Codable, Hashable, Sendable {
  /// By head: the temperature that calibrates their logits, with n-grams that of both together.
  package let temperatures: [Double]
  /// By head: how their logits and those of n-grams are joined; nil without n-grams.
  package let mixing: [LogitMixing]?

  package init(temperatures: [Double], mixing: [LogitMixing]?) {
    self.temperatures = temperatures
    self.mixing = mixing
  }
}
