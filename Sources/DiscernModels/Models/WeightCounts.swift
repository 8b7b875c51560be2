/// How many floats a model's weights are.
package struct WeightCounts: Sendable {
  /// Of the tables of words and letters.
  package let table: Int
  /// Of all others that training moves.
  package let network: Int
  /// Of those that no training moves.
  package let fixed: Int

  package var total: Int { table + network + fixed }
}

extension ClassifierConfiguration {
  /// Of a valid configuration; no memory is taken for them.
  package var weightCounts: WeightCounts { AttentionLSTMClassifier.weightCounts(self) }
}
