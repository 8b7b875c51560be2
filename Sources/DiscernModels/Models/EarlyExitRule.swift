/// When the first layers of a model's networks answer in the place of all of it.
package struct EarlyExitRule: Codable, Hashable, Sendable {
  /// By head: what makes the probabilities of their logits honest, beside n-grams of both together.
  package let temperatures: [Double]
  /// By head: how their logits and those of n-grams are joined; nil without n-grams.
  package let mixing: [LogitMixing]?

  package init(temperatures: [Double], mixing: [LogitMixing]?) {
    self.temperatures = temperatures
    self.mixing = mixing
  }
}
