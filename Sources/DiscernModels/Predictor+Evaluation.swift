import DiscernCorpus
import DiscernEvaluation

extension Predictor {
  /// Each head's probabilities for the texts whose answer is known, in the texts' order; nil where there is
  /// none.
  ///
  /// - Parameter targets: by head.
  /// - Throws: `EvaluationError` for labels that the model does not have, and when weights that ran away
  ///   make probabilities that are not numbers.
  package func predictions(
    _ texts: EncodedTexts, _ targets: [TaskLabels]
  ) throws(EvaluationError) -> [TaskPredictions?] {
    try predictions(ofLogits: logits(texts), targets)
  }

  /// The same from logits [n, C] of all heads.
  ///
  /// - Parameter temperatures: by head, what its logits are divided by; nil: 1.
  package func predictions(
    ofLogits logits: [Float], _ targets: [TaskLabels], temperatures: [Double]? = nil
  ) throws(EvaluationError) -> [TaskPredictions?] {
    let values = probabilities(ofLogits: logits, temperatures: temperatures)
    var predictions: [TaskPredictions?] = []
    for (index, head) in model.configuration.heads.enumerated() {
      let known = targets[index].known
      predictions.append(
        known.isEmpty
          ? nil : try head.rules.predictions(part(values, head: index, known), targets[index], known: known))
    }
    return predictions
  }

  /// By head: the temperature that suits the texts whose answer is known best; nil where there is none.
  ///
  /// - Parameter logits: [n, C] of all heads.
  package func temperatures(ofLogits logits: [Float], _ targets: [TaskLabels]) -> [Double?] {
    model.configuration.heads.enumerated().map { index, head in
      let known = targets[index].known
      return head.rules.temperature(part(logits, head: index, known), targets[index], known: known)
    }
  }

  /// A head's columns of some rows.
  private func part(_ values: [Float], head: Int, _ rows: [Int]) -> [Float] {
    let (outputs, range) = (model.configuration.outputCount, model.configuration.headRanges[head])
    return rows.flatMap { values[$0 * outputs + range.lowerBound..<$0 * outputs + range.upperBound] }
  }
}
