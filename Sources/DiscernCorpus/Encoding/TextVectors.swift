/// Vectors of N texts, computed in advance by an encoder that training does not change: row-major [N, F].
package struct TextVectors: Sendable, Equatable {
  /// F
  package let size: Int
  package private(set) var values: [Float]

  package init(size: Int, values: [Float]) {
    self.size = size
    self.values = values
  }

  package subscript(text: Int) -> ArraySlice<Float> { values[text * size..<(text + 1) * size] }

  package func selecting(_ indices: [Int]) -> TextVectors {
    var result = TextVectors(size: size, values: [])
    result.values.reserveCapacity(indices.count * size)
    for index in indices { result.values.append(contentsOf: self[index]) }
    return result
  }

  package mutating func append(contentsOf other: TextVectors) {
    precondition(other.size == size, "vectors of \(other.size) numbers beside \(size)")
    values.append(contentsOf: other.values)
  }
}
