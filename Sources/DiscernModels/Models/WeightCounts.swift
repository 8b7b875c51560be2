/// The number of floats in a model's weights.
package struct WeightCounts: Sendable {
  /// Of the tables of words and letters.
  package let table: Int
  /// Of all other weights that training changes.
  package let network: Int
  /// Of frozen weights.
  package let fixed: Int

  package var total: Int { table + network + fixed }
}

extension ClassifierConfiguration {
  /// For a valid configuration; allocates nothing for the weights.
  package var weightCounts: WeightCounts { NeuralClassifier.weightCounts(self) }
}
