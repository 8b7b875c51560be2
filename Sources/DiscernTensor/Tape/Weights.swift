import Synchronization

/// All weights of a model: the dense ones, flat, embedding tables, and what is kept beside them.
///
/// Packed forms are made on first use and kept until the weights change.
package final class Weights: Sendable {
  package let layout: ParameterLayout
  package let dense: AlignedBuffer
  /// What is kept beside the weights and not trained.
  private let states: AlignedBuffer
  private let tables: [AlignedBuffer]
  /// Tables and weights of products that are kept in 8 bits, by name; none where a model is of floats. Their
  /// floats are those that the 8 bits stand for.
  package let quantized: [String: QuantizedMatrix]

  private struct PackingKey: Hashable {
    let parameter: Parameter
    let packing: Packing
    let family: String
  }
  private struct Packed {
    var matrix: PackedMatrix
    var isCurrent: Bool
  }
  private let packed = Mutex<[PackingKey: Packed]>([:])

  /// Zeros.
  package init(layout: ParameterLayout) {
    self.layout = layout
    dense = AlignedBuffer(count: layout.count)
    states = AlignedBuffer(count: layout.stateCount)
    tables = layout.tables.map { AlignedBuffer(count: $0.count) }
    quantized = [:]
  }

  /// Other weights with those that can be in 8 bits, rounded.
  package convenience init(quantizing other: Weights) {
    let layout = other.layout
    var quantized: [String: QuantizedMatrix] = [:]
    for table in layout.tables {
      quantized[table.name] = QuantizedMatrix(rounding: other[table], isPairSafe: false)
    }
    for parameter in layout.parameters where layout.quantizable.contains(parameter.name) {
      quantized[parameter.name] = QuantizedMatrix(rounding: other[parameter], isPairSafe: true)
    }
    self.init(other, quantized)
  }

  /// A copy of other weights whose floats of some names are those that 8 bits stand for.
  package init(_ other: Weights, _ quantized: [String: QuantizedMatrix]) {
    layout = other.layout
    dense = AlignedBuffer(copying: other.dense)
    states = AlignedBuffer(copying: other.states)
    tables = other.tables.map(AlignedBuffer.init(copying:))
    self.quantized = quantized
    for (name, _, values) in tensors { quantized[name]?.widen(into: values) }
  }

  package init(copying other: Weights) {
    layout = other.layout
    dense = AlignedBuffer(copying: other.dense)
    states = AlignedBuffer(copying: other.states)
    tables = other.tables.map(AlignedBuffer.init(copying:))
    // What training changes is floats.
    quantized = [:]
  }

  /// Overwrites these weights with others of the same layout.
  package func update(from other: Weights) {
    precondition(other.layout == layout, "weights of different layouts")
    dense.pointer.update(from: other.dense.pointer, count: dense.count)
    updateStates(from: other)
    for (own, new) in zip(tables, other.tables) { own.pointer.update(from: new.pointer, count: own.count) }
    didChange()
  }

  /// All of them by name, where they are; `didChange` is to be called after writing there.
  package func stateBuffers(_ prefix: String) -> [StateBuffer] {
    layout.stateBuffers(prefix, in: dense)
      + layout.states.map {
        StateBuffer(
          "\(prefix)/\($0.name)", shape: $0.shape, states, from: $0.offset, allowed: $0.allowed)
      }
      + zip(layout.tables, tables).map { StateBuffer("\(prefix)/\($0.name)", shape: $0.shape, $1) }
  }

  /// Overwrites what is kept beside the weights.
  func updateStates(from other: Weights) {
    states.pointer.update(from: other.states.pointer, count: states.count)
  }

  package subscript(parameter: Parameter) -> Matrix {
    Matrix(dense.pointer + parameter.offset, rows: parameter.rows, columns: parameter.columns)
  }

  package subscript(state: StateTensor) -> Matrix {
    let rows = state.shape.count > 1 ? state.shape[0] : 1
    return Matrix(states.pointer + state.offset, rows: rows, columns: state.count / rows)
  }

  /// [V, D]
  package subscript(table: EmbeddingTable) -> Matrix {
    Matrix(tables[table.index].pointer, rows: table.rowCount, columns: table.columnCount)
  }

  /// Tables, weights and states in the layout's order.
  package var tensors: [(name: String, shape: [Int], values: Matrix)] {
    layout.tables.map { ($0.name, $0.shape, self[$0]) }
      + layout.parameters.map { ($0.name, $0.shape, self[$0]) }
      + layout.states.map { ($0.name, $0.shape, self[$0]) }
  }

  /// Fills everything with its initial value.
  ///
  /// - Parameter given: [V, D] what some tables hold instead, such as pretrained vectors.
  package func initialise(seed: UInt64, given: [EmbeddingTable: [Float]] = [:]) {
    for (parameter, initial) in zip(layout.parameters, layout.initialParameters) {
      initial.fill(self[parameter], seed: seed, name: parameter.name)
    }
    for (state, initial) in zip(layout.states, layout.initialStates) {
      initial.fill(self[state], seed: seed, name: state.name)
    }
    for (table, initial) in zip(layout.tables, layout.initialTables) {
      let target = self[table]
      guard let values = given[table] else {
        initial.fill(target, seed: seed, name: table.name)
        continue
      }
      precondition(values.count == table.count, "\(values.count) values for the table \(table.shape)")
      values.withUnsafeBufferPointer { values in
        if let base = values.baseAddress { target.pointer.update(from: base, count: values.count) }
      }
      if table.hasPadding { target.row(0).update(repeating: 0, count: table.columnCount) }
    }
    didChange()
  }

  /// Gives every column of a table mean 0 and deviation 1, ids weighted by how often they occur, so that a
  /// perturbation's norm means the same whatever scale the vectors had (Miyato et al. 2017, eq. 1). A row of
  /// padding stays zeros.
  ///
  /// - Parameters:
  ///   - parts: a table whose rows are added to this one's, and change their scale with it.
  ///   - counts: [V] occurrences of each id.
  /// - Returns: by column, what was taken away and what then was multiplied by; `nil` where no id occurs.
  @discardableResult
  package func standardize(
    _ table: EmbeddingTable, with parts: EmbeddingTable? = nil, counts: [Int]
  ) -> (means: [Double], scales: [Double])? {
    precondition(counts.count == table.rowCount, "\(counts.count) counts for \(table.rowCount) rows")
    let (values, size) = (self[table], table.columnCount)
    let ids = (table.hasPadding ? 1 : 0)..<table.rowCount
    let total = Double(ids.reduce(0) { $0 + counts[$1] })
    guard total > 0 else { return nil }
    var means = [Double](repeating: 0, count: size)
    var variances = means
    for id in ids where counts[id] > 0 {
      let (share, row) = (Double(counts[id]) / total, values.row(id))
      for j in 0..<size { means[j] += share * Double(row[j]) }
    }
    for id in ids where counts[id] > 0 {
      let (share, row) = (Double(counts[id]) / total, values.row(id))
      for j in 0..<size {
        let distance = Double(row[j]) - means[j]
        variances[j] += share * distance * distance
      }
    }
    let scales = variances.map { $0 > 0 ? 1 / $0.squareRoot() : 1 }
    for id in ids {
      let row = values.row(id)
      for j in 0..<size { row[j] = Float((Double(row[j]) - means[j]) * scales[j]) }
    }
    if let parts {
      for id in 0..<parts.rowCount {
        let row = self[parts].row(id)
        for j in 0..<size { row[j] = Float(Double(row[j]) * scales[j]) }
      }
    }
    didChange()
    return (means, scales)
  }

  /// To be called after every change of the dense weights.
  package func didChange() {
    packed.withLock { packed in
      for key in packed.keys { packed[key]?.isCurrent = false }
    }
  }

  func packed(_ parameter: Parameter, _ packing: Packing, _ family: KernelFamily) -> PackedMatrix {
    let key = PackingKey(parameter: parameter, packing: packing, family: family.name)
    return packed.withLock { cache in
      let found = cache[key]
      if let found, found.isCurrent { return found.matrix }
      let made =
        quantized[parameter.name].map { PackedMatrix($0, packing, family.table.pointee) }
        ?? PackedMatrix(
          self[parameter], packing, family.table.pointee, reusing: found?.matrix.buffer)
      cache[key] = Packed(matrix: made, isCurrent: true)
      return made
    }
  }

  /// Makes the packed forms that were in use before the weights changed, on several threads.
  package func packAgain(_ compute: Compute) {
    packed.withLock { cache in
      // The largest first, so that no thread is left with one of them at the end.
      let stale = cache.filter { !$1.isCurrent && $0.family == compute.family.name }
        .sorted { $0.key.parameter.count > $1.key.parameter.count }
      compute.forEach(stale.count) { index in
        let (key, form) = stale[index]
        _ = PackedMatrix(self[key.parameter], key.packing, compute.kernels, reusing: form.matrix.buffer)
      }
      for (key, _) in stale { cache[key]?.isCurrent = true }
    }
  }
}
