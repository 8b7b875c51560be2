import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining

/// Texts without labels, labelled by a classifier so that another one learns from them too.
///
/// A text gets the likeliest label, or the labels that reach their thresholds, and counts as much as they are
/// sure: (p − 1/C) / (1 − 1/C) of a label among C, the mean of |2p − 1| of any number of labels. A text of
/// several tasks counts as its tasks do in the mean.
struct SelfTraining {
  /// The texts and their words.
  let corpus: EncodedCorpus

  /// What a model says of the texts.
  ///
  /// - Parameter tasks: with the model's temperatures and thresholds.
  /// - Returns: by task, and [texts] how much each text counts.
  /// - Throws: `DiscernError.interrupted`.
  func labels(
    by model: JoinedClassifier, _ tasks: [ClassificationTask], _ compute: Compute,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> (targets: [TaskLabels], weights: [Float]) {
    let texts = corpus.texts
    let outputs = model.outputs
    let probabilities = outputs.probabilities(
      ofLogits: try logits(of: model, compute, isInterrupted), temperatures: tasks.map(\.temperature))
    var weights = [Float](repeating: 0, count: texts.count)
    var targets: [TaskLabels] = []
    for (task, range) in zip(tasks, outputs.ranges) {
      var numbers: [Int32] = []
      var sets: [[Int32]: Int32] = [:]
      for text in 0..<texts.count {
        let own = probabilities[
          text * outputs.count + range.lowerBound..<text * outputs.count + range.upperBound]
        let (labels, confidence) = Self.answer(own, task.thresholds)
        weights[text] += confidence / Float(tasks.count)
        if task.thresholds == nil {
          numbers.append(labels[0])
        } else {
          let number = sets[labels] ?? Int32(sets.count)
          sets[labels] = number
          numbers.append(number)
        }
      }
      let ordered = sets.sorted { $0.value < $1.value }.map(\.key)
      targets.append(TaskLabels(numbers: numbers, sets: task.thresholds == nil ? nil : ordered))
    }
    return (targets, weights)
  }

  /// [texts, C]
  private func logits(
    of model: JoinedClassifier, _ compute: Compute, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> [Float] {
    let corpus = corpus
    let logits = PolledWork.run(isInterrupted) { isInterrupted in
      let predictor = JoinedPredictor(model, compute: compute)
      let rows = model.ngrams.flatMap { ngrams in
        corpus.words.map { ngrams.vocabulary.rows(of: $0, compute, isInterrupted: isInterrupted) }
      }
      var logits: [Float] = []
      // Part by part, so that there are moments to end in; a text's bits are the same in any part.
      let size = 1024
      for start in stride(from: 0, to: corpus.count, by: size) {
        if isInterrupted() { return nil as [Float]? }
        let part = Array(start..<min(corpus.count, start + size))
        var texts = corpus.texts.selecting(part)
        texts.ngrams = rows?.selecting(part)
        logits += predictor.logits(texts)
      }
      return logits
    }
    guard let logits else { throw .interrupted }
    return logits
  }

  /// A text's labels for a task, and how sure they are, 0...1.
  private static func answer(
    _ probabilities: ArraySlice<Float>, _ thresholds: [Float]?
  ) -> (labels: [Int32], confidence: Float) {
    let count = Float(probabilities.count)
    guard let thresholds else {
      var best = probabilities.startIndex
      for index in probabilities.indices where probabilities[index] > probabilities[best] { best = index }
      return (
        [Int32(best - probabilities.startIndex)],
        max(0, (probabilities[best] - 1 / count) / (1 - 1 / count))
      )
    }
    let given = zip(0..., zip(probabilities, thresholds)).filter { $0.1.0 >= $0.1.1 }.map { Int32($0.0) }
    return (given, probabilities.reduce(0) { $0 + abs(2 * $1 - 1) } / count)
  }
}
