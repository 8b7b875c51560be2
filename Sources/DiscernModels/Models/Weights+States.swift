import DiscernTensor

extension Weights {
  /// - Throws: `ModelError.impossibleStatistic` for the first statistic that training cannot have produced.
  package func requireAllowedStates() throws(ModelError) {
    for state in layout.states {
      let values = self[state]
      for index in 0..<values.count where !state.allowed.contains(Double(values.pointer[index])) {
        throw .impossibleStatistic(
          name: state.name, index: index, value: values.pointer[index], expected: "\(state.allowed)")
      }
    }
  }
}
