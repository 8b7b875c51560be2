import DiscernCorpus

/// One convex problem: logistic regression of one label against the rest, or of several classes at once.
///
/// Minimises ½‖w‖² + Σ c_i loss_i, the bias being a weight as any other. With `usesRatios` a feature's number
/// is multiplied by its log-count ratio of the label, as in Wang and Manning's NB-SVM.
package struct WideProblem: Sendable {
  package enum Kind: Sendable, Equatable {
    /// Whether a text has the label.
    case label(Int)
    /// A text's class, of a number of classes.
    case classes(Int)
  }

  /// Which of the heads.
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

  /// The columns that it solves for.
  package var laneCount: Int {
    switch kind {
    case .label: 1
    case .classes(let count): count
    }
  }
}

/// The labels of texts, in the form that problems need.
package struct WideTargets: Sendable {
  package let labels: [TaskLabels]
  /// [texts] the factor of a text's losses; 0: it is held out.
  package let weights: [Float]
  /// By head: [labels] the factor of a text of the class, or of a label where it holds; nil: all 1.
  package let classWeights: [[Float]?]
  /// [texts] in which part a text is left out; -2: it is not among the texts.
  package let folds: [Int32]

  package init(labels: [TaskLabels], weights: [Float], classWeights: [[Float]?], folds: [Int32]) {
    self.labels = labels
    self.weights = weights
    self.classWeights = classWeights
    self.folds = folds
  }

  package func weight(_ head: Int, _ label: Int) -> Float { classWeights[head]?[label] ?? 1 }
}
