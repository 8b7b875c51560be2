/// The options of a head's loss.
package struct LossOptions: Sendable, Hashable {
  /// ε of label smoothing.
  package var smoothing: Float = 0
  /// γ of the focal loss; 0: plain cross-entropy.
  package var focal: Float = 0
  /// [C] the weight of each label; nil: all the same.
  package var classWeights: [Float]?

  package init(smoothing: Float = 0, focal: Float = 0, classWeights: [Float]? = nil) {
    self.smoothing = smoothing
    self.focal = focal
    self.classWeights = classWeights
  }
}
