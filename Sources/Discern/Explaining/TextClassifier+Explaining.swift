import DiscernModels
import DiscernTensor

extension TextClassifier {
  /// Explains which words of a text changed the logit of a label.
  ///
  /// ```swift
  /// let explanation = try classifier.explain("What a lovely film!")
  /// for word in explanation.words { print(word.text, word.score) }
  /// ```
  ///
  /// Cost: with gradients, about a hundred classifications; with occlusion, one for each word. For many
  /// texts, keep an `Explainer`.
  ///
  /// - Parameters:
  ///   - text: processed like any text given to the model.
  ///   - method: how the scores are computed.
  ///   - task: the task's name; nil: the first task.
  ///   - label: the label to explain; nil: the task's most probable label.
  /// - Throws: `DiscernError.explanation` for a task, a label or attention that the model does not have;
  ///   `.text` if the text is longer than half a gigabyte.
  public func explain(
    _ text: String, method: ExplanationMethod = .gradients, task: String? = nil, label: String? = nil
  ) throws(DiscernError) -> Explanation {
    try makeExplainer().explain(text, method: method, task: task, label: label)
  }

  /// The same for several texts, in their order.
  public func explain(
    _ texts: [String], method: ExplanationMethod = .gradients, task: String? = nil, label: String? = nil
  ) throws(DiscernError) -> [Explanation] {
    let explainer = try makeExplainer()
    var result: [Explanation] = []
    for text in texts {
      result.append(try explainer.explain(text, method: method, task: task, label: label))
    }
    return result
  }

  /// The same on a separate thread; ends early with `DiscernError.interrupted` when the task is cancelled.
  public func explain(
    _ texts: [String], method: ExplanationMethod = .gradients, task: String? = nil, label: String? = nil
  ) async throws(DiscernError) -> [Explanation] {
    try await BlockingWork.run { isCancelled throws(DiscernError) in
      let explainer = try makeExplainer()
      var result: [Explanation] = []
      for text in texts where !isCancelled() {
        result.append(try explainer.explain(text, method: method, task: task, label: label))
      }
      return result
    }
  }

  /// - Parameter compute: threads and kernels; by default one thread and the best kernels.
  public func makeExplainer(compute: Compute = Compute(threadCount: 1)) throws(DiscernError) -> Explainer {
    try Explainer(parts, compute)
  }
}
