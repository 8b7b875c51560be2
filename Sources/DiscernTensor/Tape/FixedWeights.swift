import Synchronization

/// The weights of a model that never change, with their packed forms: all copies of the weights share them.
final class FixedWeights: Sendable {
  /// Flat, as in the layout; without those that are kept in 8 bits.
  let dense: AlignedBuffer
  /// By index; empty for those that are not fixed, or are kept in 8 bits.
  let tables: [AlignedBuffer]
  let packed = Mutex<[Weights.PackingKey: PackedMatrix]>([:])

  init(dense: AlignedBuffer, tables: [AlignedBuffer]) {
    self.dense = dense
    self.tables = tables
  }

  /// Copies others of the same layout, as only a new model does.
  func update(from other: FixedWeights) {
    for (own, new) in zip([dense] + tables, [other.dense] + other.tables) {
      own.pointer.update(from: new.pointer, count: own.count)
    }
    packed.withLock { $0 = [:] }
  }
}
