import DiscernCorpus
import DiscernEvaluation
import DiscernTensor

// Notation: N texts, C outputs of a head.

/// What a kind of head does with its outputs. A kind is one file that conforms to it.
package protocol HeadRules: Sendable {
  /// C.
  var outputCount: Int { get }
  /// What makes probabilities of logits.
  var activationName: String { get }
  /// The least number of outputs that mean anything.
  var leastOutputCount: Int { get }

  /// Whether labels are of this kind at all: ids, or sets of ids.
  func fits(_ targets: TaskLabels) -> Bool
  /// The first of a text's labels that this head does not have; nil where it has all.
  func unknownLabel(_ targets: TaskLabels, text: Int) -> Int32?

  /// The mass of the loss.
  func mass(_ targets: HeadTargets, _ options: LossOptions) -> Double
  /// The mass of the divergence of so many texts.
  func divergenceMass(textCount: Int) -> Double
  /// The loss of logits [N, C], whose gradient is recorded.
  ///
  /// - Parameters:
  ///   - weight: a factor of the gradient.
  ///   - divisor: what the gradient is divided by: the mass of all batches of the step.
  /// - Returns: also the probabilities [N, C].
  func loss(
    _ tape: Tape, _ logits: Variable, _ targets: HeadTargets, _ options: LossOptions, weight: Float,
    divisor: Double
  ) -> (loss: LossSum, probabilities: Matrix)
  /// The divergence of logits [N, C] from given probabilities, whose gradient is recorded.
  func addDivergence(
    _ tape: Tape, _ logits: Variable, from probabilities: Matrix, weight: Float, divisor: Double)

  /// The mass of what is learned from a teacher.
  func distillationMass(textCount: Int, rowWeights: [Float]?) -> Double
  /// What logits [N, C] have to learn from a teacher, whose gradient is recorded.
  ///
  /// - Parameters:
  ///   - target: the teacher's probabilities at the temperature [N, C].
  ///   - weight: a factor of the gradient.
  ///   - divisor: what the gradient is divided by: the mass of all batches of the step.
  func distillation(
    _ tape: Tape, _ logits: Variable, from target: [Float], temperature: Float, rowWeights: [Float]?,
    weight: Float, divisor: Double
  ) -> LossSum

  /// Makes probabilities of a text's logits [C].
  func activate(_ logits: UnsafeMutablePointer<Float>)
  /// Logits [C] whose probabilities are the mean of several members' own. Computed in double precision from
  /// logarithms, so that no probability is lost for being small.
  ///
  /// - Parameter members: [C] each.
  func average(_ members: [ArraySlice<Float>]) -> [Float]
  /// By member [C]: how an output of `average` moves with the member's logits.
  func averageGradients(_ members: [ArraySlice<Float>], output: Int) -> [[Float]]

  /// Probabilities beside what is true, for evaluation.
  ///
  /// - Parameters:
  ///   - probabilities: [N, C] of the known texts, row-major.
  ///   - known: the texts, all with a known answer.
  func predictions(
    _ probabilities: [Float], _ targets: TaskLabels, known: [Int]
  ) throws(EvaluationError) -> TaskPredictions
  /// The temperature that suits logits [N, C] of the known texts best; nil where there is none.
  func temperature(_ logits: [Float], _ targets: TaskLabels, known: [Int]) -> Double?
}
