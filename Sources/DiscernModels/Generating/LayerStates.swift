import DiscernTensor

/// The states of recurrent layers for N sequences that are continued step by step, outside any workspace.
package struct LayerStates: Sendable {
  /// By layer: h [N, H], and for an LSTM c.
  private var hidden: [[Float]]
  private var cells: [[Float]]
  /// H.
  private let size: Int

  /// The states before anything is read.
  init(layers: [RecurrentParameters], count: Int) {
    size = layers[0].hiddenSize
    let zeros = [Float](repeating: 0, count: count * size)
    hidden = layers.map { _ in zeros }
    cells = layers.map { $0.cell == .lstm ? zeros : [] }
  }

  private init(hidden: [[Float]], cells: [[Float]], size: Int) {
    self.hidden = hidden
    self.cells = cells
    self.size = size
  }

  /// N.
  package var count: Int { hidden[0].count / size }

  /// The states of some of the sequences, in the given order; a sequence may occur several times.
  package func selecting(_ sequences: [Int]) -> LayerStates {
    func rows(_ values: [Float]) -> [Float] {
      values.isEmpty ? [] : sequences.flatMap { values[$0 * size..<($0 + 1) * size] }
    }
    return LayerStates(hidden: hidden.map(rows), cells: cells.map(rows), size: size)
  }

  /// The state from which a layer continues the first `count` sequences, in the workspace's memory.
  func state(ofLayer layer: Int, count: Int, _ workspace: Workspace) -> RecurrentState {
    RecurrentState(
      hidden: matrix(hidden[layer], count, workspace), cells: matrix(cells[layer], count, workspace))
  }

  /// h of a layer for all sequences, in the workspace's memory  // [N, H]
  func hidden(ofLayer layer: Int, _ workspace: Workspace) -> Matrix {
    matrix(hidden[layer], count, workspace)
  }

  private func matrix(_ values: [Float], _ rows: Int, _ workspace: Workspace) -> Matrix {
    let result = workspace.matrix(rows, values.isEmpty ? 0 : size)
    for index in 0..<result.count { result.pointer[index] = values[index] }
    return result
  }

  /// Stores a layer's last states for the first sequences.
  mutating func keep(_ state: RecurrentState, ofLayer layer: Int) {
    for index in 0..<state.hidden.count { hidden[layer][index] = state.hidden.pointer[index] }
    for index in 0..<state.cells.count { cells[layer][index] = state.cells.pointer[index] }
  }
}
