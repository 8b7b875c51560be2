import DiscernTensor

// Notation: N sequences, T tokens of each, F features.

/// Keys and values of N sequences of the same length in the layers of a transformer that writes token by
/// token, outside of any workspace.
package struct KeyValueStates: Sendable {
  /// N.
  package let count: Int
  /// F.
  private let size: Int
  /// By layer and token [N, F]: a token more leaves those before it alone.
  private var keys: [[[Float]]]
  private var values: [[[Float]]]

  /// Those of sequences without a token.
  init(layers: Int, size: Int, count: Int) {
    self.count = count
    self.size = size
    keys = [[[Float]]](repeating: [], count: layers)
    values = keys
  }

  /// T, once all layers have the last token's.
  var length: Int { keys[keys.count - 1].count }

  /// The states of some of the sequences, in that order; one may be there several times.
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

  /// Adds those of a token [N, F] of each sequence.
  mutating func append(keys newKeys: Matrix, values newValues: Matrix, toLayer layer: Int) {
    keys[layer].append(newKeys.array)
    values[layer].append(newValues.array)
  }

  /// Those of all tokens of a layer, token by token, in memory of the workspace  // [T·N, F]
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
