import DiscernTensor

// Notation: N sequences, T tokens of each, F features.

/// Keys and values of N sequences of the same length in the layers of a transformer that writes token by
/// token, outside any workspace.
package struct KeyValueStates: Sendable {
  /// N.
  package let count: Int
  /// F.
  private let size: Int
  /// By layer and token [N, F]: adding a token leaves the earlier ones untouched.
  private var keys: [[[Float]]]
  private var values: [[[Float]]]

  /// The states of sequences without tokens.
  init(layers: Int, size: Int, count: Int) {
    self.count = count
    self.size = size
    keys = [[[Float]]](repeating: [], count: layers)
    values = keys
  }

  /// T, once all layers have the last token's keys and values.
  var length: Int { keys[keys.count - 1].count }

  /// The states of some of the sequences, in the given order; a sequence may occur several times.
  func selecting(_ sequences: [Int]) -> KeyValueStates {
    if sequences.elementsEqual(0..<count) { return self }
    var result = KeyValueStates(layers: keys.count, size: size, count: sequences.count)
    func rows(_ source: [Float]) -> [Float] {
      [Float](unsafeUninitializedCapacity: sequences.count * size) { target, written in
        source.withUnsafeBufferPointer { source in
          for (row, sequence) in sequences.enumerated() {
            for index in 0..<size { target[row * size + index] = source[sequence * size + index] }
          }
        }
        written = sequences.count * size
      }
    }
    for layer in keys.indices {
      result.keys[layer] = keys[layer].map(rows)
      result.values[layer] = values[layer].map(rows)
    }
    return result
  }

  /// Adds the keys and values [N, F] of one token of each sequence.
  mutating func append(keys newKeys: Matrix, values newValues: Matrix, toLayer layer: Int) {
    keys[layer].append(newKeys.array)
    values[layer].append(newValues.array)
  }

  /// The keys and values of all tokens in a layer, token by token, in the workspace's memory  // [T·N, F]
  func all(ofLayer layer: Int, _ workspace: Workspace) -> (keys: Matrix, values: Matrix) {
    func matrix(_ tokens: [[Float]]) -> Matrix {
      let result = workspace.matrix(tokens.count * count, size)
      for (step, token) in tokens.enumerated() {
        token.withUnsafeBufferPointer { token in
          if let base = token.baseAddress { result.row(step * count).update(from: base, count: count * size) }
        }
      }
      return result
    }
    return (matrix(keys[layer]), matrix(values[layer]))
  }
}
