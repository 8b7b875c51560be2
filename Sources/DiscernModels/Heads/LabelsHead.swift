import DiscernCorpus
import DiscernEvaluation
import DiscernSystem
import DiscernTensor

/// Any number of several labels (multi-label): sigmoid and binary cross-entropy of each.
struct LabelsHead: HeadRules {
  let count: Int

  var outputCount: Int { count }
  var activationName: String { "sigmoid" }
  var minimumOutputCount: Int { 1 }

  func fits(_ targets: TaskLabels) -> Bool { targets.sets != nil }

  func unknownLabel(_ targets: TaskLabels, text: Int) -> Int32? {
    let number = targets.numbers[text]
    guard let sets = targets.sets, Int(number) < sets.count else { return number }
    if number < 0 { return number == TaskLabels.none ? nil : number }
    return sets[Int(number)].first { $0 < 0 || Int($0) >= count }
  }

  func mass(_ targets: HeadTargets, _ options: LossOptions) -> Double {
    LossSum.mass(labels: targets.labels.numbers, count: count, rowWeights: targets.rowWeights)
  }

  func divergenceMass(textCount: Int) -> Double { Double(textCount * count) }

  func loss(
    _ tape: Tape, _ logits: Variable, _ targets: HeadTargets, _ options: LossOptions, weight: Float,
    divisor: Double
  ) -> (loss: LossSum, probabilities: Matrix) {
    tape.binaryCrossEntropy(
      logits, labels: targets.labels.numbers, sets: targets.labels.sets ?? [], smoothing: options.smoothing,
      classWeights: options.classWeights, rowWeights: targets.rowWeights, focal: options.focal,
      weight: weight, divisor: divisor)
  }

  func addDivergence(
    _ tape: Tape, _ logits: Variable, from probabilities: Matrix, weight: Float, divisor: Double
  ) {
    tape.binaryDivergence(of: logits, from: probabilities, weight: weight, divisor: divisor)
  }

  func distillationMass(textCount: Int, rowWeights: [Float]?) -> Double {
    let weights = rowWeights?.reduce(0) { $0 + Double($1) } ?? Double(textCount)
    return weights * Double(count)
  }

  func distillation(
    _ tape: Tape, _ logits: Variable, from target: [Float], temperature: Float, rowWeights: [Float]?,
    weight: Float, divisor: Double
  ) -> LossSum {
    tape.binaryDistillation(
      of: logits, from: target, temperature: temperature, rowWeights: rowWeights, weight: weight,
      divisor: divisor)
  }

  func activate(_ logits: UnsafeMutablePointer<Float>) { sigmoid(logits, count: count, into: logits) }

  /// log(mean p) − log(mean (1 − p)).
  func average(_ members: [ArraySlice<Float>]) -> [Float] {
    var terms = [Double](repeating: 0, count: members.count)
    var others = terms
    return (0..<count).map { c in
      for (m, logits) in members.enumerated() {
        let logit = Double(logits[logits.startIndex + c])
        terms[m] = -LogSpace.logOfOnePlusExp(-logit)
        others[m] = -LogSpace.logOfOnePlusExp(logit)
      }
      return Float(LogSpace.logOfSum(terms) - LogSpace.logOfSum(others))
    }
  }

  /// ∂ / ∂ z_mc = p (1 − p) / Σ p + p (1 − p) / Σ (1 − p); zero for the logits of other labels.
  func averageGradients(_ members: [ArraySlice<Float>], output: Int) -> [[Float]] {
    let logits = members.map { Double($0[$0.startIndex + output]) }
    let terms = logits.map { -LogSpace.logOfOnePlusExp(-$0) }
    let others = logits.map { -LogSpace.logOfOnePlusExp($0) }
    let (total, rest) = (LogSpace.logOfSum(terms), LogSpace.logOfSum(others))
    return zip(terms, others).map { term, other in
      var gradient = [Float](repeating: 0, count: count)
      gradient[output] = Float(exp(term + other - total) + exp(term + other - rest))
      return gradient
    }
  }

  func predictions(
    _ probabilities: [Float], _ targets: TaskLabels, known: [Int]
  ) throws(EvaluationError) -> TaskPredictions {
    .multiLabel(
      try MultiLabelPredictions(
        probabilities: probabilities, labelCount: count, labels: known.map { targets.ids($0) ?? [] }))
  }

  func temperature(_ logits: [Float], _ targets: TaskLabels, known: [Int]) -> Double? {
    TemperatureScaling.temperature(
      logits: logits,
      isTrue: known.flatMap { text in
        let ids = Set(targets.ids(text) ?? [])
        return (0..<Int32(count)).map(ids.contains)
      })
  }
}
