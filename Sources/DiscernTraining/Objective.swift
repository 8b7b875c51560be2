import DiscernCorpus
import DiscernModels
import DiscernTensor

/// What a model's heads learn towards: each one's loss, and how these are added up.
package struct Objective: Sendable {
  private struct Head {
    let isMultiLabel: Bool
    let labelCount: Int
    let weight: Float
    let classWeights: [Float]?
  }

  private let heads: [Head]
  private let smoothing: Float
  private let focal: Float

  /// - Parameters:
  ///   - heads: the model's.
  ///   - classWeights: by head, what each of its labels weighs; nil, or nothing for a head: all the same.
  package init(_ heads: [ClassifierHead], options: TrainingOptions, classWeights: [[Float]?]? = nil) {
    precondition(classWeights?.count ?? heads.count == heads.count, "class weights for each head")
    self.heads = heads.enumerated().map { index, head in
      Head(
        isMultiLabel: head.isMultiLabel, labelCount: head.classCount,
        weight: Float(options.weight(ofTask: head.name)),
        classWeights: classWeights?[index])
    }
    smoothing = options.labelSmoothing
    focal = Float(options.focal)
  }

  /// The labels of some texts, in a batch's order.
  package struct Targets: Sendable {
    fileprivate let labels: [TaskLabels]
    fileprivate let weights: [Float]?

    package init(_ data: LabelledTexts, _ batch: PackedBatch) { self.init(data, batch.indices) }

    /// - Parameter texts: which of the data's.
    package init(_ data: LabelledTexts, _ texts: [Int]) {
      labels = data.targets.map { $0.selecting(texts) }
      weights = data.weights.map { weights in texts.map { weights[$0] } }
    }

    fileprivate var count: Int { labels.first?.count ?? 0 }
  }

  /// What the gradients of a step's batches are divided by: the mass of all of them together.
  package func mass(_ batches: some Sequence<Targets>) -> StepMass {
    var mass = StepMass(
      losses: heads.map { _ in 0 }, divergences: heads.map { _ in 0 })
    for targets in batches {
      for (index, head) in heads.enumerated() {
        let labels = targets.labels[index].numbers
        mass.losses[index] +=
          head.isMultiLabel
          ? LossSum.mass(labels: labels, count: head.labelCount, rowWeights: targets.weights)
          : LossSum.mass(classes: labels, classWeights: head.classWeights, rowWeights: targets.weights)
        mass.divergences[index] += Double(targets.count * (head.isMultiLabel ? head.labelCount : 1))
      }
    }
    return mass
  }

  /// Σ over the heads of weight · mean loss, nats.
  ///
  /// - Parameter losses: by head.
  package func mean(_ losses: [LossSum]) -> Double {
    zip(heads, losses).reduce(0) { $0 + Double($1.0.weight) * $1.1.mean }
  }

  /// Each head's loss, on the tape: their gradients, each times the head's weight, are added.
  ///
  /// - Parameters:
  ///   - logits: by head, [N, C].
  ///   - weight: a factor of the gradients.
  ///   - mass: that of all batches of the step.
  /// - Returns: each head's loss, and its probabilities [N, C], which last as long as the tape's workspace.
  package func loss(
    _ tape: Tape, _ logits: [Variable], _ targets: Targets, weight: Float = 1, mass: StepMass
  ) -> (losses: [LossSum], probabilities: [Matrix]) {
    precondition(
      logits.count == heads.count && targets.labels.count == heads.count,
      "\(logits.count) logits and \(targets.labels.count) targets for \(heads.count) heads")
    var losses: [LossSum] = []
    var probabilities: [Matrix] = []
    for (index, head) in heads.enumerated() {
      let labels = targets.labels[index]
      precondition(head.isMultiLabel == (labels.sets != nil), "sets of labels for head \(index)")
      let result =
        if let sets = labels.sets {
          tape.binaryCrossEntropy(
            logits[index], labels: labels.numbers, sets: sets, smoothing: smoothing,
            classWeights: head.classWeights, rowWeights: targets.weights, focal: focal,
            weight: weight * head.weight, divisor: mass.losses[index])
        } else {
          tape.crossEntropy(
            logits[index], labels: labels.numbers, smoothing: smoothing, classWeights: head.classWeights,
            rowWeights: targets.weights, focal: focal, weight: weight * head.weight,
            divisor: mass.losses[index])
        }
      losses.append(result.loss)
      probabilities.append(result.probabilities)
    }
    return (losses, probabilities)
  }

  /// Adds Σ over the heads of weight · divergence from given verdicts, on the tape: what virtual
  /// adversarial training asks to stay small.
  ///
  /// - Parameters:
  ///   - verdict: each head's probabilities [N, C].
  ///   - weight: a factor of the gradients.
  ///   - mass: that of all batches of the step.
  package func addDivergence(
    _ tape: Tape, _ logits: [Variable], from verdict: [Matrix], weight: Float = 1, mass: StepMass
  ) {
    for (index, head) in heads.enumerated() {
      let (weight, divisor) = (weight * head.weight, mass.divergences[index])
      if head.isMultiLabel {
        tape.binaryDivergence(of: logits[index], from: verdict[index], weight: weight, divisor: divisor)
      } else {
        tape.divergence(of: logits[index], from: verdict[index], weight: weight, divisor: divisor)
      }
    }
  }
}
