import DiscernCorpus
import DiscernModels
import DiscernTensor

/// What a model's heads learn towards: each one's loss, and how these are added up.
package struct Objective: Sendable {
  private struct Head {
    let isMultiLabel: Bool
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
        isMultiLabel: head.isMultiLabel, weight: Float(options.weight(ofTask: head.name)),
        classWeights: classWeights?[index])
    }
    smoothing = options.labelSmoothing
    focal = Float(options.focal)
  }

  /// The labels of some texts, in a batch's order.
  package struct Targets: Sendable {
    fileprivate let labels: [TaskLabels]
    fileprivate let weights: [Float]?

    package init(_ data: LabelledTexts, _ batch: PackedBatch) {
      labels = data.targets.map { $0.selecting(batch.indices) }
      weights = data.weights.map { weights in batch.indices.map { weights[$0] } }
    }
  }

  /// Σ over the heads of weight · loss, on the tape; each head's loss is a mean over the texts whose
  /// label is known.
  ///
  /// - Parameters:
  ///   - logits: by head, [N, C].
  ///   - share: a factor of the whole.
  /// - Returns: the sum, nats, and each head's probabilities [N, C], which last as long as the tape's
  ///   workspace.
  package func loss(
    _ tape: Tape, _ logits: [Variable], _ targets: Targets, share: Float = 1
  ) -> (loss: Double, probabilities: [Matrix]) {
    precondition(
      logits.count == heads.count && targets.labels.count == heads.count,
      "\(logits.count) logits and \(targets.labels.count) targets for \(heads.count) heads")
    var total = 0.0
    var probabilities: [Matrix] = []
    for (index, head) in heads.enumerated() {
      let labels = targets.labels[index]
      precondition(head.isMultiLabel == (labels.sets != nil), "sets of labels for head \(index)")
      let result =
        if let sets = labels.sets {
          tape.binaryCrossEntropy(
            logits[index], labels: labels.numbers, sets: sets, smoothing: smoothing,
            classWeights: head.classWeights, rowWeights: targets.weights, focal: focal,
            weight: share * head.weight)
        } else {
          tape.crossEntropy(
            logits[index], labels: labels.numbers, smoothing: smoothing, classWeights: head.classWeights,
            rowWeights: targets.weights, focal: focal, weight: share * head.weight)
        }
      total += result.loss
      probabilities.append(result.probabilities)
    }
    return (total, probabilities)
  }

  /// Adds Σ over the heads of weight · divergence from given verdicts, on the tape: what virtual
  /// adversarial training asks to stay small.
  ///
  /// - Parameter verdict: each head's probabilities [N, C].
  package func addDivergence(
    _ tape: Tape, _ logits: [Variable], from verdict: [Matrix], share: Float = 1
  ) {
    for (index, head) in heads.enumerated() {
      if head.isMultiLabel {
        _ = tape.binaryDivergence(of: logits[index], from: verdict[index], weight: share * head.weight)
      } else {
        _ = tape.divergence(of: logits[index], from: verdict[index], weight: share * head.weight)
      }
    }
  }
}
