import DiscernTensor

/// The gradients and losses of some micro-batches of a step.
struct GradientSum {
  let dense: AlignedBuffer
  /// By table, ascending ids and their rows; nil if no row has a gradient.
  var rows: [(ids: [Int32], values: [Float], columns: Int)?]
  /// By head.
  var losses: [LossSum]

  /// A copy of one micro-batch's gradients.
  init(_ gradients: Gradients, losses: [LossSum]) {
    dense = AlignedBuffer(uninitializedCount: gradients.dense.count)
    dense.pointer.update(from: gradients.dense.pointer, count: dense.count)
    rows = gradients.layout.tables.map { table in gradients[table].map(Self.sorted) }
    self.losses = losses
  }

  private static func sorted(_ rows: (ids: [Int32], values: Matrix)) -> (
    ids: [Int32], values: [Float], columns: Int
  ) {
    let columns = rows.values.columns
    let order = rows.ids.indices.sorted { rows.ids[$0] < rows.ids[$1] }
    var values: [Float] = []
    values.reserveCapacity(order.count * columns)
    for row in order {
      values.append(contentsOf: UnsafeBufferPointer(start: rows.values.row(row), count: columns))
    }
    return (order.map { rows.ids[$0] }, values, columns)
  }

  /// Adds those of later micro-batches.
  mutating func add(_ other: GradientSum) {
    let (own, more) = (dense.pointer, other.dense.pointer)
    for index in 0..<dense.count { own[index] += more[index] }
    for table in rows.indices {
      guard let more = other.rows[table] else { continue }
      rows[table] = rows[table].map { Self.union($0, more) } ?? more
    }
    if losses.isEmpty {
      losses = other.losses
    } else {
      for (head, loss) in other.losses.enumerated() { losses[head] += loss }
    }
  }

  /// Replaces a step's gradients by the sums.
  ///
  /// - Parameter workspace: its memory holds the rows.
  func replace(_ gradients: Gradients, _ workspace: Workspace) {
    gradients.dense.pointer.update(from: dense.pointer, count: dense.count)
    for (table, rows) in zip(gradients.layout.tables, rows) {
      guard let rows else { continue }
      let matrix = workspace.matrix(rows.ids.count, rows.columns)
      rows.values.withUnsafeBufferPointer { values in
        if let base = values.baseAddress { matrix.pointer.update(from: base, count: values.count) }
      }
      gradients.replace(rows.ids, matrix, of: table)
    }
  }

  private static func union(
    _ a: (ids: [Int32], values: [Float], columns: Int), _ b: (ids: [Int32], values: [Float], columns: Int)
  ) -> (ids: [Int32], values: [Float], columns: Int) {
    let columns = a.columns
    var (ids, values): ([Int32], [Float]) = ([], [])
    ids.reserveCapacity(a.ids.count + b.ids.count)
    values.reserveCapacity(a.values.count + b.values.count)
    var (i, j) = (0, 0)
    while i < a.ids.count || j < b.ids.count {
      if j == b.ids.count || i < a.ids.count && a.ids[i] < b.ids[j] {
        ids.append(a.ids[i])
        values.append(contentsOf: a.values[i * columns..<(i + 1) * columns])
        i += 1
      } else if i == a.ids.count || b.ids[j] < a.ids[i] {
        ids.append(b.ids[j])
        values.append(contentsOf: b.values[j * columns..<(j + 1) * columns])
        j += 1
      } else {
        ids.append(a.ids[i])
        for column in 0..<columns {
          values.append(a.values[i * columns + column] + b.values[j * columns + column])
        }
        i += 1
        j += 1
      }
    }
    return (ids, values, columns)
  }
}

/// Transfer from one rank to another.
extension GradientSum {
  func send(_ link: any RankLink, to rank: Int) {
    link.send(
      UnsafeRawBufferPointer(start: dense.pointer, count: dense.count * MemoryLayout<Float>.stride), to: rank)
    for rows in rows {
      link.sendList(rows?.ids ?? [], to: rank)
      if let rows, !rows.ids.isEmpty { link.send(rows.values, to: rank) }
    }
    link.sendList(losses, to: rank)
  }

  init(_ link: any RankLink, from rank: Int, layout: ParameterLayout) {
    dense = AlignedBuffer(uninitializedCount: layout.count)
    link.receive(
      into: UnsafeMutableRawBufferPointer(
        start: dense.pointer, count: dense.count * MemoryLayout<Float>.stride), from: rank)
    rows = layout.tables.map { table in
      let ids = link.receiveList(of: 0 as Int32, from: rank)
      if ids.isEmpty { return nil }
      return (
        ids, link.receive(ids.count * table.columnCount, of: 0 as Float, from: rank), table.columnCount
      )
    }
    losses = link.receiveList(of: LossSum(), from: rank)
  }
}
