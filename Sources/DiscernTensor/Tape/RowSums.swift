/// Sums of an embedding table's gradient rows over several passes, which may have different words.
struct RowSums {
  /// Words in order of first appearance.
  private(set) var ids: [Int32] = []
  /// [highest id + 1] the row of each word, -1: none yet.
  private var places: [Int32] = []
  private var values: [Float] = []  // [ids, D]

  mutating func reset() {
    for id in ids { places[Int(id)] = -1 }
    ids.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }

  mutating func add(_ newIDs: [Int32], _ rows: Matrix) {
    let highest = Int(newIDs.max() ?? 0)
    if highest >= places.count {
      places.append(contentsOf: repeatElement(-1, count: highest + 1 - places.count))
    }
    let size = rows.columns
    for (index, id) in newIDs.enumerated() {
      let row = UnsafeBufferPointer(start: rows.row(index), count: size)
      let place = Int(places[Int(id)])
      if place >= 0 {
        values.withUnsafeMutableBufferPointer { values in
          for j in 0..<size { values[place * size + j] += row[j] }
        }
      } else {
        places[Int(id)] = Int32(ids.count)
        ids.append(id)
        values.append(contentsOf: row)
      }
    }
  }

  /// The sums, in the workspace's memory.
  func matrix(_ workspace: Workspace) -> Matrix {
    let result = workspace.matrix(ids.count, ids.isEmpty ? 0 : values.count / ids.count)
    values.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { result.pointer.update(from: base, count: values.count) }
    }
    return result
  }
}
