/// The cells that an LSTM's backward pass needs, without storing those of all steps: forward keeps the cells
/// before every eighth step, and backward recomputes the steps in between from their gates, which costs far
/// less than a step's product (checkpointing: Chen et al. 2016).
///
/// Steps are counted in the order in which a direction reaches them.
struct SavedCells {
  /// Small, so that a block's gates are in the cache in backward.
  private static let blockSize = 8

  /// c before each block's first step, for the sequences of that step.  // [., H] each
  private let borders: [Matrix]
  /// c after each step of one block; a group of sequences has its own part.  // [blockSize · N, H]
  private let block: Matrix

  /// - Parameters:
  ///   - steps: the run's.
  ///   - size: H.
  init(_ workspace: Workspace, _ layout: PackedLayout, steps: Range<Int>, isReverse: Bool, size: Int) {
    borders = stride(from: 0, to: steps.count, by: Self.blockSize).map {
      workspace.matrix(layout.batchSizes[isReverse ? steps.upperBound - 1 - $0 : steps.lowerBound + $0], size)
    }
    block = workspace.matrix(Self.blockSize * layout.sequenceCount, size)
  }

  /// The first step of the block that a step is in.
  static func start(of index: Int) -> Int { index / blockSize * blockSize }
  /// Whether a step is its block's last.
  static func ends(_ index: Int) -> Bool { (index + 1) % blockSize == 0 }

  /// Keeps a group's cells if a block begins here.
  func keep(_ cells: Matrix, of group: Range<Int>, before index: Int) {
    guard index % Self.blockSize == 0 else { return }
    let border = borders[index / Self.blockSize]
    let rows = group.clamped(to: 0..<border.rows)
    border.row(rows.lowerBound).update(from: cells.row(rows.lowerBound), count: rows.count * cells.columns)
  }

  /// The place of c after a step, of a sequence and those that follow it in its group.
  func after(_ index: Int, _ sequence: Int, in group: Range<Int>) -> UnsafeMutablePointer<Float> {
    block.row(
      group.lowerBound * Self.blockSize + index % Self.blockSize * group.count + sequence - group.lowerBound)
  }

  /// The same for c before that step.
  func before(_ index: Int, _ sequence: Int, in group: Range<Int>) -> UnsafeMutablePointer<Float> {
    index % Self.blockSize == 0
      ? borders[index / Self.blockSize].row(sequence) : after(index - 1, sequence, in: group)
  }
}
