import DiscernCorpus
import DiscernEvaluation
import DiscernTensor

// Notation: N texts, C outputs of a head.

/// The behaviour of one kind of head. Each kind is one conforming type in its own file.
package protocol HeadRules: Sendable {
  /// C.
  var outputCount: Int { get }
  /// The name of the function that turns logits into probabilities.
  var activationName: String { get }
  /// The smallest meaningful number of outputs.
  var minimumOutputCount: Int { get }

  /// Whether labels have this head's form: ids, or sets of ids.
  func fits(_ targets: TaskLabels) -> Bool
  /// The first of a text's labels that this head does not have; nil if it has them all.
  func unknownLabel(_ targets: TaskLabels, text: Int) -> Int32?

  /// The mass of the loss (see `LossSum`).
  func mass(_ targets: HeadTargets, _ options: LossOptions) -> Double
  /// The mass of the divergence of this many texts.
  func divergenceMass(textCount: Int) -> Double
  /// The loss of logits [N, C], whose gradient is recorded.
  ///
  /// - Parameters:
  ///   - weight: a factor of the gradient.
  ///   - divisor: the divisor of the gradient: the mass of all batches of the step.
  /// - Returns: also the probabilities [N, C].
  func loss(
    _ tape: Tape, _ logits: Variable, _ targets: HeadTargets, _ options: LossOptions, weight: Float,
    divisor: Double
  ) -> (loss: LossSum, probabilities: Matrix)
  /// The divergence of logits [N, C] from given probabilities, whose gradient is recorded.
  func addDivergence(
    _ tape: Tape, _ logits: Variable, from probabilities: Matrix, weight: Float, divisor: Double)

  /// The mass of the distillation loss.
  func distillationMass(textCount: Int, rowWeights: [Float]?) -> Double
  /// The distillation loss of logits [N, C] against a teacher, whose gradient is recorded.
  ///
  /// - Parameters:
  ///   - target: the teacher's probabilities [N, C] at that temperature.
  ///   - weight: a factor of the gradient.
  ///   - divisor: the divisor of the gradient: the mass of all batches of the step.
  func distillation(
    _ tape: Tape, _ logits: Variable, from target: [Float], temperature: Float, rowWeights: [Float]?,
    weight: Float, divisor: Double
  ) -> LossSum

  /// Turns a text's logits [C] into probabilities, in place.
  func activate(_ logits: UnsafeMutablePointer<Float>)
  /// Logits [C] whose probabilities are the mean of several members' probabilities. Computed in double
  /// precision from logarithms, so that small probabilities do not underflow.
  ///
  /// - Parameter members: [C] each.
  func average(_ members: [ArraySlice<Float>]) -> [Float]
  /// By member [C]: the gradient of an output of `average` with respect to the member's logits.
  func averageGradients(_ members: [ArraySlice<Float>], output: Int) -> [[Float]]

  /// Probabilities paired with the true answers, for evaluation.
  ///
  /// - Parameters:
  ///   - probabilities: [N, C] of the known texts, row-major.
  ///   - known: the indices of those texts.
  func predictions(
    _ probabilities: [Float], _ targets: TaskLabels, known: [Int]
  ) throws(EvaluationError) -> TaskPredictions
  /// The temperature that best fits the logits [N, C] of the known texts; nil if there are none.
  func temperature(_ logits: [Float], _ targets: TaskLabels, known: [Int]) -> Double?
}
