import DiscernCorpus
import DiscernEvaluation
import DiscernSystem
import DiscernTensor

/// One of several classes: softmax and cross-entropy.
struct ClassesHead: HeadRules {
  let count: Int

  var outputCount: Int { count }
  var activationName: String { "softmax" }
  var minimumOutputCount: Int { 2 }

  func fits(_ targets: TaskLabels) -> Bool { targets.sets == nil }

  func unknownLabel(_ targets: TaskLabels, text: Int) -> Int32? {
    let label = targets.numbers[text]
    return (TaskLabels.none..<Int32(clamping: count)).contains(label) ? nil : label
  }

  func mass(_ targets: HeadTargets, _ options: LossOptions) -> Double {
    LossSum.mass(
      classes: targets.labels.numbers, classWeights: options.classWeights, rowWeights: targets.rowWeights)
  }

  func divergenceMass(textCount: Int) -> Double { Double(textCount) }

  func loss(
    _ tape: Tape, _ logits: Variable, _ targets: HeadTargets, _ options: LossOptions, weight: Float,
    divisor: Double
  ) -> (loss: LossSum, probabilities: Matrix) {
    tape.crossEntropy(
      logits, labels: targets.labels.numbers, smoothing: options.smoothing,
      classWeights: options.classWeights, rowWeights: targets.rowWeights, focal: options.focal,
      weight: weight, divisor: divisor)
  }

  func addDivergence(
    _ tape: Tape, _ logits: Variable, from probabilities: Matrix, weight: Float, divisor: Double
  ) {
    tape.divergence(of: logits, from: probabilities, weight: weight, divisor: divisor)
  }

  func distillationMass(textCount: Int, rowWeights: [Float]?) -> Double {
    rowWeights?.reduce(0) { $0 + Double($1) } ?? Double(textCount)
  }

  func distillation(
    _ tape: Tape, _ logits: Variable, from target: [Float], temperature: Float, rowWeights: [Float]?,
    weight: Float, divisor: Double
  ) -> LossSum {
    tape.distillation(
      of: logits, from: target, temperature: temperature, rowWeights: rowWeights, weight: weight,
      divisor: divisor)
  }

  func activate(_ logits: UnsafeMutablePointer<Float>) { _ = softmax(logits, count: count, into: logits) }

  /// log(mean p).
  func average(_ members: [ArraySlice<Float>]) -> [Float] {
    let sums = members.map { LogSpace.logOfSum($0.map(Double.init)) }
    var terms = [Double](repeating: 0, count: members.count)
    return (0..<count).map { c in
      for (m, logits) in members.enumerated() { terms[m] = Double(logits[logits.startIndex + c]) - sums[m] }
      return Float(LogSpace.logOfSum(terms) - log(Double(members.count)))
    }
  }

  /// ∂ log(mean p_c) / ∂ z_mk = p_mc / Σ p_c · (δ_ck − p_mk).
  func averageGradients(_ members: [ArraySlice<Float>], output: Int) -> [[Float]] {
    let logarithms = members.map { logits in
      let sum = LogSpace.logOfSum(logits.map(Double.init))
      return logits.map { Double($0) - sum }
    }
    let total = LogSpace.logOfSum(logarithms.map { $0[output] })
    return logarithms.map { own in
      let part = exp(own[output] - total)
      return own.enumerated().map { Float(part * (($0 == output ? 1 : 0) - exp($1))) }
    }
  }

  func predictions(
    _ probabilities: [Float], _ targets: TaskLabels, known: [Int]
  ) throws(EvaluationError) -> TaskPredictions {
    .singleLabel(
      try ProbabilisticPredictions(
        probabilities: probabilities, classCount: count, labels: known.map { targets.numbers[$0] }))
  }

  func temperature(_ logits: [Float], _ targets: TaskLabels, known: [Int]) -> Double? {
    TemperatureScaling.temperature(
      logits: logits, classCount: count, labels: known.map { targets.numbers[$0] })
  }
}
