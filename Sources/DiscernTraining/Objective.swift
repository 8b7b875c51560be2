import DiscernModels
import DiscernTensor

/// The training objective of a model: each head's loss, and their weighted sum.
package struct Objective: Sendable {
  private struct Part {
    let rules: any HeadRules
    let weight: Float
    let options: LossOptions
  }

  private let heads: [Part]
  /// The weight of the teacher's loss; the labels' loss has 1 minus this weight.
  private let teacherWeight: Float
  private let teacherTemperature: Float

  /// - Parameters:
  ///   - heads: the model's.
  ///   - classWeights: by head, the weight of each label; nil, or a nil entry: equal weights.
  package init(_ heads: [HeadConfiguration], options: TrainingOptions, classWeights: [[Float]?]? = nil) {
    precondition(classWeights?.count ?? heads.count == heads.count, "class weights for each head")
    teacherWeight = Float(options.teacherWeight)
    teacherTemperature = Float(options.teacherTemperature)
    self.heads = heads.enumerated().map { index, head in
      Part(
        rules: head.rules, weight: Float(options.weight(ofTask: head.name)),
        options: LossOptions(
          smoothing: options.labelSmoothing, focal: Float(options.focal), classWeights: classWeights?[index]))
    }
  }

  /// The divisor of the gradients of a step with only this batch.
  package func mass(of batch: LabelledBatch) -> StepMass {
    StepMass(
      losses: zip(heads, batch.targets).map { $0.rules.mass($1, $0.options) },
      divergences: heads.map { $0.rules.divergenceMass(textCount: batch.packed.textCount) },
      distillations: zip(heads, batch.targets).compactMap { head, targets in
        targets.teacher.map { _ in
          head.rules.distillationMass(textCount: batch.packed.textCount, rowWeights: targets.rowWeights)
        }
      })
  }

  /// The number of texts in all batches of a step, labelled or not.
  func textCount(_ mass: StepMass) -> Double {
    mass.divergences[0] / heads[0].rules.divergenceMass(textCount: 1)
  }

  /// Σ over the heads of weight · mean loss, nats.
  ///
  /// - Parameter losses: by head.
  package func mean(_ losses: [LossSum]) -> Double {
    zip(heads, losses).reduce(0) { $0 + Double($1.0.weight) * $1.1.mean }
  }

  /// Records each head's loss on the tape: the gradients are added up, each times the head's weight.
  ///
  /// - Parameters:
  ///   - logits: by head, [N, C].
  ///   - weight: a factor of the gradients.
  ///   - mass: the mass of all batches of the step.
  /// - Returns: each head's loss, and its probabilities [N, C] in the tape's workspace.
  package func loss(
    _ tape: Tape, _ logits: [Variable], _ batch: LabelledBatch, weight: Float = 1, mass: StepMass
  ) -> (losses: [LossSum], probabilities: [Matrix]) {
    precondition(
      logits.count == heads.count && batch.targets.count == heads.count,
      "\(logits.count) logits and \(batch.targets.count) targets for \(heads.count) heads")
    var losses: [LossSum] = []
    var probabilities: [Matrix] = []
    for (index, head) in heads.enumerated() {
      let targets = batch.targets[index]
      let share = targets.teacher == nil ? 1 : 1 - teacherWeight
      let result = head.rules.loss(
        tape, logits[index], targets, head.options, weight: weight * head.weight * share,
        divisor: mass.losses[index])
      probabilities.append(result.probabilities)
      guard let teacher = targets.teacher else {
        losses.append(result.loss)
        continue
      }
      let taught = head.rules.distillation(
        tape, logits[index], from: teacher, temperature: teacherTemperature, rowWeights: targets.rowWeights,
        weight: weight * head.weight * teacherWeight, divisor: mass.distillations[index])
      losses.append(
        LossSum(
          sum: taught.mass * (Double(share) * result.loss.mean + Double(teacherWeight) * taught.mean),
          mass: taught.mass))
    }
    return (losses, probabilities)
  }

  /// Records on the tape Σ over the heads of weight · divergence from given probabilities, which virtual
  /// adversarial training minimises.
  ///
  /// - Parameters:
  ///   - probabilities: by head, [N, C].
  ///   - weight: a factor of the gradients.
  ///   - mass: the mass of all batches of the step.
  package func addDivergence(
    _ tape: Tape, _ logits: [Variable], from probabilities: [Matrix], weight: Float = 1, mass: StepMass
  ) {
    for (index, head) in heads.enumerated() {
      head.rules.addDivergence(
        tape, logits[index], from: probabilities[index], weight: weight * head.weight,
        divisor: mass.divergences[index])
    }
  }
}
