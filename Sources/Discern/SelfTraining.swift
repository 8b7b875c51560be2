import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining

/// Unlabelled texts, labelled by a classifier so that another one can also be trained on them.
///
/// A text gets the most probable label, or the labels that reach their thresholds, and is weighted by their
/// confidence: (p − 1/C) / (1 − 1/C) for a label among C, the mean of |2p − 1| for a multi-label task. With
/// several tasks, a text's weight is the mean over its tasks.
struct SelfTraining {
  /// The texts and their words.
  let corpus: EncodedCorpus

  /// A model's labels for the texts.
  ///
  /// - Parameter tasks: with the model's temperatures and thresholds.
  /// - Returns: the labels by task, and [texts] the weight of each text.
  /// - Throws: `DiscernError.interrupted`.
  func labels(
    by model: JoinedClassifier, _ tasks: [ClassificationTask], _ compute: Compute,
    _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> (targets: [TaskLabels], weights: [Float]) {
    Self.labels(ofLogits: try logits(of: model, compute, isInterrupted), model.outputs, tasks)
  }

  /// - Parameters:
  ///   - logits: [texts, C]
  ///   - tasks: with the model's temperatures and thresholds.
  static func labels(
    ofLogits logits: [Float], _ outputs: HeadOutputs, _ tasks: [ClassificationTask]
  ) -> (targets: [TaskLabels], weights: [Float]) {
    let probabilities = outputs.probabilities(ofLogits: logits, temperatures: tasks.map(\.temperature))
    let count = logits.count / outputs.count
    var weights = [Float](repeating: 0, count: count)
    var targets: [TaskLabels] = []
    for (task, range) in zip(tasks, outputs.ranges) {
      var numbers: [Int32] = []
      var sets: [[Int32]: Int32] = [:]
      for text in 0..<count {
        let own = probabilities[
          text * outputs.count + range.lowerBound..<text * outputs.count + range.upperBound]
        let (labels, confidence) = answer(own, task.thresholds)
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

  /// The logits of the texts [texts, C].
  private func logits(
    of model: JoinedClassifier, _ compute: Compute, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> [Float] {
    let corpus = corpus
    return try Self.logits(of: model, compute, isInterrupted) { isInterrupted in
      var texts = corpus.texts
      texts.ngrams = model.ngrams.flatMap { ngrams in
        corpus.words.map { ngrams.vocabulary.rows(of: $0, compute, isInterrupted: isInterrupted) }
      }
      return texts
    }
  }

  /// A model's logits of many texts [texts, C], computed part by part, so that it can be interrupted. A
  /// text's logits are bit-identical in any part.
  ///
  /// - Parameter texts: with their n-gram rows, if the model has n-grams; called on the same thread.
  /// - Throws: `DiscernError.interrupted`.
  static func logits(
    of model: JoinedClassifier, _ compute: Compute, _ isInterrupted: () -> Bool,
    texts: @escaping @Sendable (@escaping @Sendable () -> Bool) -> EncodedTexts
  ) throws(DiscernError) -> [Float] {
    let logits = PolledWork.run(isInterrupted) { isInterrupted in
      let predictor = JoinedPredictor(model, compute: compute)
      let texts = texts(isInterrupted)
      var logits: [Float] = []
      let size = 1024
      for start in stride(from: 0, to: texts.count, by: size) {
        if isInterrupted() { return nil as [Float]? }
        logits += predictor.logits(texts.selecting(Array(start..<min(texts.count, start + size))))
      }
      return logits
    }
    guard let logits else { throw .interrupted }
    return logits
  }

  /// A text's labels for a task, and their confidence, 0...1.
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
