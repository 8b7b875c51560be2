import DiscernCorpus

/// One convex problem: logistic regression of one label against the rest, or of several classes at once.
///
/// Minimises ½‖w‖² + Σ c_i loss_i, in which the bias is a weight like any other. With `usesRatios`, a
/// feature's value is multiplied by its log-count ratio for the label, as in Wang and Manning's NB-SVM.
package struct WideProblem: Sendable {
  package enum Kind: Sendable, Equatable {
    /// Whether a text has the label.
    case label(Int)
    /// Which of a number of classes a text has.
    case classes(Int)
  }

  /// The index of the head.
  package let head: Int
  package let kind: Kind
  /// The fold that is held out; -1: none.
  package let fold: Int32
  /// The factor of all losses, C.
  package let strength: Double
  package let usesRatios: Bool

  package init(head: Int, kind: Kind, fold: Int32, strength: Double, usesRatios: Bool) {
    self.head = head
    self.kind = kind
    self.fold = fold
    self.strength = strength
    self.usesRatios = usesRatios
  }

  /// The number of columns to solve for.
  package var laneCount: Int {
    switch kind {
    case .label: 1
    case .classes(let count): count
    }
  }
}

/// The labels, weights and folds of texts.
package struct WideTargets: Sendable {
  package let labels: [TaskLabels]
  /// [texts] the factor of a text's losses; 0: it is not trained on.
  package let weights: [Float]
  /// By head: [labels] the factor of texts of a class, or of texts that have a label; nil: all 1.
  package let classWeights: [[Float]?]
  /// [texts] the fold in which a text is held out; -2: it is not used.
  package let folds: [Int32]

  package init(labels: [TaskLabels], weights: [Float], classWeights: [[Float]?], folds: [Int32]) {
    self.labels = labels
    self.weights = weights
    self.classWeights = classWeights
    self.folds = folds
  }

  package func weight(_ head: Int, _ label: Int) -> Float { classWeights[head]?[label] ?? 1 }
}
