import DiscernCorpus

/// A head's training targets: the labels of a batch's texts for it, and the weight of each text.
package struct HeadTargets: Sendable {
  package let labels: TaskLabels
  /// [N]; nil: all 1.
  package let rowWeights: [Float]?
  /// A teacher's probabilities [N, C], row-major; nil without one.
  package let teacher: [Float]?

  package init(_ labels: TaskLabels, rowWeights: [Float]?, teacher: [Float]? = nil) {
    self.labels = labels
    self.rowWeights = rowWeights
    self.teacher = teacher
  }
}
