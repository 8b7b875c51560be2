/// One of the tensors of a saved n-gram model.
package struct NGramTensor: Sendable, Equatable {
  /// A tensor's numbers, row-major.
  package enum Values: Sendable, Equatable {
    case float32([Float])
    case int8([Int8])
  }

  package let name: String
  package let shape: [Int]
  package let values: Values

  package init(name: String, shape: [Int], _ values: Values) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}
