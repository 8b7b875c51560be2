/// The counts of known n-grams in some texts: sparse rows, one after the other.
///
/// Row `i` is `features[offsets[i]..<offsets[i + 1]]` with their `counts` at the same places; each feature
/// occurs once, in order of its first occurrence in the text. Cost: 6 bytes per entry, 8 bytes per text.
package struct NGramRows: Sendable, Equatable {
  /// [entries] the numbers of features.
  package internal(set) var features: [Int32] = []
  /// [entries] the count of the feature, at most 65,535.
  package internal(set) var counts: [UInt16] = []
  /// [texts + 1] the start of each row, and the end of the last.
  package internal(set) var offsets: [Int] = [0]

  package init() {}

  /// The number of texts.
  package var count: Int { offsets.count - 1 }

  /// The entries of row `index`.
  package func range(_ index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }

  /// Reserves space for this many entries and texts in total.
  package mutating func reserveCapacity(entries: Int, texts: Int) {
    features.reserveCapacity(entries)
    counts.reserveCapacity(entries)
    offsets.reserveCapacity(texts + 1)
  }

  /// The same rows without spare capacity: those appended one by one may hold twice the memory that they
  /// need.
  func fitted() -> NGramRows {
    var result = NGramRows()
    result.features = features.withUnsafeBufferPointer { Array($0) }
    result.counts = counts.withUnsafeBufferPointer { Array($0) }
    result.offsets = offsets
    return result
  }

  /// Removes all rows, but keeps the memory.
  package mutating func removeAll() {
    features.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
  }

  /// Appends rows in their order.
  package mutating func append(contentsOf other: NGramRows) {
    let base = features.count
    features.append(contentsOf: other.features)
    counts.append(contentsOf: other.counts)
    offsets.append(contentsOf: other.offsets.dropFirst().lazy.map { $0 + base })
  }

  /// The rows of the given indices, in that order.
  package func selecting(_ indices: [Int]) -> NGramRows {
    var result = NGramRows()
    let size = indices.reduce(0) { $0 + range($1).count }
    result.features.reserveCapacity(size)
    result.counts.reserveCapacity(size)
    result.offsets.reserveCapacity(indices.count + 1)
    for index in indices {
      result.features.append(contentsOf: features[range(index)])
      result.counts.append(contentsOf: counts[range(index)])
      result.offsets.append(result.features.count)
    }
    return result
  }
}
