/// The gradients of a step: dense ones flat, in the weights' layout, and those of embedding tables as rows.
/// All passes of a step add to them.
package final class Gradients {
  package let layout: ParameterLayout
  package let dense: AlignedBuffer
  /// By table.
  private var rowGradients: [RowGradient]
  /// Whether the long products of weights are left out, for passes that only need the gradient of their
  /// input; the content of `dense` is then meaningless.
  let leavesOutProducts: Bool

  /// The gradient of one table.
  private struct RowGradient {
    /// The gradient of the latest look-up, in the workspace's memory.
    var latest: (ids: [Int32], values: Matrix)?
    /// The sums of all earlier look-ups.
    var earlier = RowSums()

    mutating func setAside() {
      guard let (ids, values) = latest else { return }
      earlier.add(ids, values)
      latest = nil
    }
  }

  package init(layout: ParameterLayout, leavesOutProducts: Bool = false) {
    self.leavesOutProducts = leavesOutProducts
    self.layout = layout
    dense = AlignedBuffer(count: layout.count)
    rowGradients = layout.tables.map { _ in RowGradient() }
  }

  package subscript(parameter: Parameter) -> Matrix {
    precondition(!parameter.isFixed, "\(parameter.name) is fixed")
    return Matrix(dense.pointer + parameter.offset, rows: parameter.rows, columns: parameter.columns)
  }

  /// Distinct ids [U] and the gradients of their rows [U, D]: of the latest look-up, and after `joinPasses`
  /// of all; `nil` if there was none.
  package subscript(table: EmbeddingTable) -> (ids: [Int32], values: Matrix)? {
    rowGradients[table.index].latest
  }

  package func reset() {
    dense.pointer.update(repeating: 0, count: dense.count)
    for index in rowGradients.indices {
      rowGradients[index].latest = nil
      rowGradients[index].earlier.reset()
    }
  }

  /// Adds the gradient of a look-up.
  ///
  /// - Parameters:
  ///   - ids: [U], distinct.
  ///   - values: [U, D], in memory that lasts until the next pass.
  func add(_ ids: [Int32], _ values: Matrix, to table: EmbeddingTable) {
    rowGradients[table.index].setAside()
    rowGradients[table.index].latest = (ids, values)
  }

  /// Replaces the rows of a table, after `joinPasses`, by others such as the sums of several ranks.
  ///
  /// - Parameters:
  ///   - ids: [U], distinct.
  ///   - values: [U, D], in memory that lasts until the next step.
  package func replace(_ ids: [Int32], _ values: Matrix, of table: EmbeddingTable) {
    rowGradients[table.index].earlier.reset()
    rowGradients[table.index].latest = (ids, values)
  }

  /// To be called between two passes of one step, before the workspace is reset.
  package func beginNextPass() {
    for index in rowGradients.indices { rowGradients[index].setAside() }
  }

  /// To be called after the last pass: the rows become those of all passes.
  package func joinPasses(_ workspace: Workspace) {
    for index in rowGradients.indices where !rowGradients[index].earlier.ids.isEmpty {
      rowGradients[index].setAside()
      let sums = rowGradients[index].earlier
      rowGradients[index].latest = (sums.ids, sums.matrix(workspace))
    }
  }
}
