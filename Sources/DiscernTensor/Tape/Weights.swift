import Synchronization

/// All weights of a model: the dense ones, flat, embedding tables, and the untrained values stored with them.
///
/// Packed forms are made on first use and kept until the weights change.
package final class Weights: Sendable {
  package let layout: ParameterLayout
  /// Flat, as in the layout; without those that are kept in 8 bits.
  package let dense: AlignedBuffer
  /// The untrained values stored with the weights.
  package let states: AlignedBuffer
  /// By index; empty for those that are kept in 8 bits, or are fixed.
  private let tables: [AlignedBuffer]
  /// The fixed weights.
  private let fixed: FixedWeights
  /// Tables and weights of products that are kept in 8 bits, by name; empty for a model of floats.
  package let quantized: [String: QuantizedMatrix]
  /// In a model with 8-bit weights: where the other dense weights begin, by name.
  private let places: [String: Int]
  /// The floats that 8-bit weights represent, for those that were requested: classification does not need
  /// them, so that an 8-bit model takes a quarter of the memory.
  private let widened = Mutex<[String: AlignedBuffer]>([:])

  struct PackingKey: Hashable {
    let parameter: Parameter
    let packing: Packing
    let family: String
  }
  private struct Packed {
    var matrix: PackedMatrix
    var isCurrent: Bool
  }
  private let packed = Mutex<[PackingKey: Packed]>([:])

  /// Weights of zeros.
  ///
  /// - Parameter quantized: the weights in 8 bits, by name.
  package convenience init(layout: ParameterLayout, quantized: [String: QuantizedMatrix] = [:]) {
    self.init(layout: layout, quantized: quantized, fixed: nil)
  }

  /// Weights that share fixed weights with others, whose layout begins with the same fixed weights.
  package convenience init(layout: ParameterLayout, sharingFixedOf other: Weights) {
    precondition(other.quantized.isEmpty, "weights in 8 bits are not trained")
    self.init(layout: layout, quantized: [:], fixed: other.fixed)
  }

  /// - Parameter fixed: nil: zeros.
  private init(layout: ParameterLayout, quantized: [String: QuantizedMatrix], fixed: FixedWeights?) {
    self.layout = layout
    self.quantized = quantized
    var places: [String: Int] = [:]
    /// The number of floats of those that are not in 8 bits, whose places are noted.
    func count(_ parameters: [Parameter]) -> Int {
      parameters.reduce(0) { count, parameter in
        if quantized[parameter.name] != nil { return count }
        places[parameter.name] = count
        return count + (parameter.count + 15) / 16 * 16
      }
    }
    func table(_ table: EmbeddingTable, isFixed: Bool) -> AlignedBuffer {
      AlignedBuffer(
        count: table.isFixed == isFixed && quantized[table.name] == nil ? table.count : 0)
    }
    dense = AlignedBuffer(count: quantized.isEmpty ? layout.count : count(layout.parameters))
    states = AlignedBuffer(count: layout.stateCount)
    tables = layout.tables.map { table($0, isFixed: false) }
    self.fixed =
      fixed
      ?? FixedWeights(
        dense: AlignedBuffer(count: quantized.isEmpty ? layout.fixedCount : count(layout.fixed)),
        tables: layout.tables.map { table($0, isFixed: true) })
    self.places = places
  }

  /// Other weights, of which those that can be in 8 bits are rounded.
  package convenience init(quantizing other: Weights) {
    let layout = other.layout
    var quantized: [String: QuantizedMatrix] = [:]
    for table in layout.tables {
      quantized[table.name] = QuantizedMatrix(rounding: other[table], isPairSafe: false)
    }
    for parameter in layout.parameters + layout.fixed where layout.quantizable.contains(parameter.name) {
      quantized[parameter.name] = QuantizedMatrix(rounding: other[parameter], isPairSafe: true)
    }
    self.init(layout: layout, quantized: quantized)
    for name in names where quantized[name] == nil { copy(name, from: other) }
  }

  /// A copy in floats, since training changes only floats.
  ///
  /// - Parameter sharesFixed: whether fixed weights are shared.
  package convenience init(copying other: Weights, sharesFixed: Bool = true) {
    self.init(
      layout: other.layout, quantized: [:],
      fixed: sharesFixed && other.quantized.isEmpty ? other.fixed : nil)
    for name in names { copy(name, from: other) }
  }

  private func copy(_ name: String, from other: Weights) {
    guard let target = self[name], let source = other[name], target.pointer != source.pointer else { return }
    target.pointer.update(from: source.pointer, count: target.count)
  }

  /// Overwrites these weights with others of the same layout.
  package func update(from other: Weights) {
    precondition(other.layout == layout, "weights of different layouts")
    precondition(quantized.isEmpty && other.quantized.isEmpty, "weights in 8 bits are not trained")
    dense.pointer.update(from: other.dense.pointer, count: dense.count)
    updateStates(from: other)
    if other.fixed !== fixed { fixed.update(from: other.fixed) }
    for (own, new) in zip(tables, other.tables) { own.pointer.update(from: new.pointer, count: own.count) }
    didChange()
  }

  /// All values that may change, by name and in place; `didChange` is to be called after writing to them.
  package func stateBuffers(_ prefix: String) -> [StateBuffer] {
    layout.stateBuffers(prefix, in: dense)
      + layout.states.map {
        StateBuffer(
          "\(prefix)/\($0.name)", shape: $0.shape, states, from: $0.offset, allowed: $0.allowed)
      }
      + zip(layout.tables, tables).filter { !$0.0.isFixed }
      .map { StateBuffer("\(prefix)/\($0.name)", shape: $0.shape, $1) }
  }

  /// Overwrites the untrained values stored with the weights.
  func updateStates(from other: Weights) {
    states.pointer.update(from: other.states.pointer, count: states.count)
  }

  /// For an 8-bit weight: the floats that it represents, which are kept from then on.
  package subscript(parameter: Parameter) -> Matrix {
    guard let place = quantized.isEmpty ? parameter.offset : places[parameter.name] else {
      return wide(parameter.name)
    }
    return Matrix(
      (parameter.isFixed ? fixed.dense : dense).pointer + place, rows: parameter.rows,
      columns: parameter.columns)
  }

  package subscript(state: StateTensor) -> Matrix {
    let rows = state.shape.count > 1 ? state.shape[0] : 1
    return Matrix(states.pointer + state.offset, rows: rows, columns: state.count / rows)
  }

  /// [V, D]; for a table in 8 bits, as for a parameter.
  package subscript(table: EmbeddingTable) -> Matrix {
    if quantized[table.name] != nil { return wide(table.name) }
    return Matrix(
      (table.isFixed ? fixed.tables : tables)[table.index].pointer, rows: table.rowCount,
      columns: table.columnCount)
  }

  /// The names of the 8-bit weights that are also in memory as floats.
  package var widenedNames: [String] { widened.withLock { $0.keys.sorted() } }

  private func wide(_ name: String) -> Matrix {
    guard let matrix = quantized[name] else { preconditionFailure("\(name) is not kept in 8 bits") }
    return widened.withLock { widened in
      let buffer = widened[name] ?? AlignedBuffer(uninitializedCount: matrix.rows * matrix.columns)
      let result = Matrix(buffer.pointer, rows: matrix.rows, columns: matrix.columns)
      if widened.updateValue(buffer, forKey: name) == nil { matrix.widen(into: result) }
      return result
    }
  }

  /// The table, weight or state of that name.
  package subscript(name: String) -> Matrix? {
    if let table = layout.tables.first(where: { $0.name == name }) { return self[table] }
    if let parameter = (layout.parameters + layout.fixed).first(where: { $0.name == name }) {
      return self[parameter]
    }
    return layout.states.first { $0.name == name }.map { self[$0] }
  }

  /// The names of tables, weights and states in the layout's order.
  package var names: [String] {
    layout.tables.map(\.name) + (layout.parameters + layout.fixed).map(\.name) + layout.states.map(\.name)
  }

  /// Tables, weights and states in the layout's order; those in 8 bits as floats.
  package var tensors: [(name: String, shape: [Int], values: Matrix)] {
    layout.tables.map { ($0.name, $0.shape, self[$0]) }
      + (layout.parameters + layout.fixed).map { ($0.name, $0.shape, self[$0]) }
      + layout.states.map { ($0.name, $0.shape, self[$0]) }
  }

  /// Fills everything with its initial value.
  ///
  /// - Parameters:
  ///   - given: [V, D] the content of some tables instead, such as pretrained vectors.
  ///   - withFixed: whether fixed weights are filled, too.
  package func initialise(
    seed: UInt64, given: [EmbeddingTable: [Float]] = [:], withFixed: Bool = true
  ) {
    let fixed = withFixed ? layout.fixed : []
    for (parameter, initial) in zip(
      layout.parameters + fixed, layout.initialParameters + layout.initialFixed)
    {
      initial.fill(self[parameter], seed: seed, name: parameter.name)
    }
    for (state, initial) in zip(layout.states, layout.initialStates) {
      initial.fill(self[state], seed: seed, name: state.name)
    }
    for (table, initial) in zip(layout.tables, layout.initialTables) where withFixed || !table.isFixed {
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

  /// To be called after every change of the dense weights.
  package func didChange() {
    packed.withLock { packed in
      for key in packed.keys { packed[key]?.isCurrent = false }
    }
  }

  func packed(_ parameter: Parameter, _ packing: Packing, _ family: KernelFamily) -> PackedMatrix {
    let key = PackingKey(parameter: parameter, packing: packing, family: family.name)
    if parameter.isFixed {
      return fixed.packed.withLock { cache in
        let matrix = cache[key] ?? pack(key, family, reusing: nil)
        cache[key] = matrix
        return matrix
      }
    }
    return packed.withLock { cache in
      let found = cache[key]
      if let found, found.isCurrent { return found.matrix }
      let made = pack(key, family, reusing: found?.matrix.buffer)
      cache[key] = Packed(matrix: made, isCurrent: true)
      return made
    }
  }

  private func pack(_ key: PackingKey, _ family: KernelFamily, reusing buffer: AlignedBuffer?) -> PackedMatrix
  {
    let kernels = family.table.pointee
    return quantized[key.parameter.name].map { PackedMatrix($0, key.packing, kernels) }
      ?? PackedMatrix(self[key.parameter], key.packing, kernels, reusing: buffer)
  }

  /// Makes the packed forms that were in use before the weights changed, on several threads.
  package func packAgain(_ compute: Compute) {
    packed.withLock { cache in
      // The largest first, so that none of them is left for a single thread at the end.
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
