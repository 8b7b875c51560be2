/// Memory for one step's intermediate values, handed out in order and taken back all at once.
///
/// After the first few steps (the longest batch comes first) it allocates nothing more.
package final class Workspace {
  private var slabs: [AlignedBuffer] = []
  private var used = 0  // floats of the last slab
  private var filled = 0  // floats of the slabs before it

  package init() {}

  /// Uninitialised: whoever asks for it writes it.
  package func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    let count = (rows * columns + 15) / 16 * 16
    if slabs.last.map({ used + count > $0.count }) ?? true {
      filled += used
      slabs.append(AlignedBuffer(count: max(count, 1 << 20)))
      used = 0
    }
    defer { used += count }
    return Matrix(slabs[slabs.count - 1].pointer + used, rows: rows, columns: columns)
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

  /// Takes everything back; several slabs become one that holds as much.
  package func reset() {
    if slabs.count > 1 {
      let total = filled + used
      slabs = []
      slabs = [AlignedBuffer(count: total)]
    }
    used = 0
    filled = 0
  }
}
