/// Memory for one step's intermediate values, handed out in order and released all at once.
///
/// After the first few steps (the longest batch comes first) it allocates nothing more.
package final class Workspace {
  private var slabs: [(memory: AlignedBuffer, used: Int)] = []  // in floats

  package init() {}

  /// Memory for parts of the step, each of which releases it at its end.
  package private(set) lazy var inner = Workspace()

  /// Uninitialised: to be written before it is read.
  package func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    let count = (rows * columns + 15) / 16 * 16
    let place = slabs.firstIndex { $0.used + count <= $0.memory.count } ?? slabs.count
    if place == slabs.count { slabs.append((AlignedBuffer(uninitializedCount: max(count, 1 << 20)), 0)) }
    defer { slabs[place].used += count }
    return Matrix(slabs[place].memory.pointer + slabs[place].used, rows: rows, columns: columns)
  }

  package func zeros(_ rows: Int, _ columns: Int) -> Matrix {
    let result = matrix(rows, columns)
    result.fill(0)
    return result
  }

  package func copy(of source: Matrix) -> Matrix {
    let result = matrix(source.rows, source.columns)
    result.pointer.update(from: source.pointer, count: source.count)
    return result
  }

  /// How much memory is handed out.
  struct Place {
    fileprivate let used: [Int]
  }

  var place: Place { Place(used: slabs.map(\.used)) }

  /// Releases the memory handed out after a place.
  func goBack(to place: Place) {
    for index in slabs.indices { slabs[index].used = index < place.used.count ? place.used[index] : 0 }
  }

  /// Releases everything; several slabs are replaced with one of the same total size.
  package func reset() {
    if slabs.count > 1 {
      let total = slabs.reduce(0) { $0 + $1.memory.count }
      slabs = []
      slabs = [(AlignedBuffer(uninitializedCount: total), 0)]
    }
    for index in slabs.indices { slabs[index].used = 0 }
  }
}
