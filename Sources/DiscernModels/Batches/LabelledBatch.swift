/// Packed texts and the targets of each of a model's heads.
package struct LabelledBatch: Sendable {
  package let packed: PackedBatch
  /// By head, in the batch's order.
  package let targets: [HeadTargets]

  package init(_ packed: PackedBatch, targets: [HeadTargets]) {
    self.packed = packed
    self.targets = targets
  }
}
