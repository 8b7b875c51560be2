import Discern
import DiscernIO
import DiscernSystem

extension TrainingHint {
  /// A name for logs that does not change.
  var kind: String {
    switch self {
    case .lastEpochWasBest: "last-epoch-was-best"
    case .lossRises: "loss-rises"
    case .neverGiven: "never-given"
    case .fewTexts: "few-texts"
    case .halfAlone(.ngrams, _, _, _): "ngrams-alone"
    case .halfAlone(.network, _, _, _): "network-alone"
    case .fewSteps: "few-steps"
    case .recallNearChance: "recall-near-chance"
    case .equalVectors: "equal-vectors"
    case .unknownTokens: "unknown-tokens"
    }
  }

  /// A sentence with advice.
  ///
  /// - Parameters:
  ///   - recipe: the recipe of the training run; a matcher's hints do not depend on it.
  ///   - lastingCheckpoint: the folder of a state that is kept, from which training can continue.
  package func text(_ recipe: TrainingRecipe = TrainingRecipe(), lastingCheckpoint: String? = nil) -> String {
    func of(_ task: String) -> String { task.isEmpty ? "" : "\(DisplayText.escaped(task)): " }
    switch self {
    case .lastEpochWasBest(let epochs):
      let more = max(2, epochs / 2)
      return "the last epoch was the best, so more epochs may be better: --epochs \(epochs + more)"
        + (lastingCheckpoint.map {
          ", or \(CheckpointArguments.resumption(of: $0)) --more-epochs \(more)"
        } ?? "")
    case .lossRises(let epoch, let least, let last):
      return String(
        format: "the development loss rises from epoch %d on (%.4f to %.4f): the network is overfitting; a "
          + "%@ or a larger --dropout may help", epoch, least, last,
        !recipe.isTransformer
          ? "smaller --hidden"
          : recipe.unfrozenLayers > 0 ? "smaller --unfreeze" : "lower --learning-rate")
    case .neverGiven(let task, let labels):
      return of(task) + "no development text is classified as "
        + labels.prefix(5).map {
          "“\(DisplayText.cut(DisplayText.escaped($0.label), to: 24))” (\($0.texts.counted("text")))"
        }.joined(separator: ", ") + (labels.count > 5 ? ", …" : "")
        + ": more texts with such labels or --class-weights balanced may help"
    case .fewTexts(let task, let overall, let macroF1, let isMultiLabel, let labels):
      let shown = labels.prefix(5).map {
        "“\(DisplayText.cut(DisplayText.escaped($0.label), to: 24))” \($0.texts.grouped)"
      }.joined(separator: ", ")
      return of(task)
        + String(
          format: "macro F1 (%.4f) is far below %@ (%.4f): ", macroF1, isMultiLabel ? "micro F1" : "accuracy",
          overall)
        + "\(labels.count.counted("label")) \(labels.count == 1 ? "has" : "have") too few training texts ("
        + shown + (labels.count > 5 ? ", …" : "") + "); more of them or --class-weights balanced may help"
    case .fewSteps(let share):
      return String(
        format: "the skip gates take %.1f %% of the steps, so most of each text is not read: ", 100 * share)
        + (recipe.options.skipCost > 0 ? "a smaller --skip-cost, or 0, may help" : "leave out --skip-gates")
    case .recallNearChance(
      let recall, let chance, let batchSize, let temperature, let isPretrained, let hasVectors):
      let flags =
        (batchSize > 8 ? ["--batch-size \(max(8, batchSize / 4))"] : [])
        + (temperature < 0.2 ? ["--temperature 0.2"] : []) + (isPretrained ? [] : ["--pretrained"])
      return String(format: "recall@1 (%.1f %%) is near chance (%.1f %%): ", 100 * recall, 100 * chance)
        + (flags + ["more epochs (--epochs, --patience)"]).joined(separator: ", ") + " or more texts may help"
        + (hasVectors ? "; row i of --features must belong to line i" : "")
    case .equalVectors:
      return "all vectors of --features are equal, so nothing can be learned from them"
    case .unknownTokens(let share):
      return String(format: "%.0f %% of the tokens are unknown to the model of --pretrained: ", 100 * share)
        + "one for the language and script of these texts, or none, may be better"
    case .halfAlone(let half, let task, let alone, let joined):
      let words =
        half == .ngrams
        ? ("the n-grams alone are", "the network", ModelKind.ngrams)
        : ("the network alone is", "the n-grams", recipe.isTransformer ? .transformer : ModelKind.recurrent)
      return of(task)
        + String(
          format: "%@ better here (%.4f) than joined with %@ (%.4f): --model %@", words.0, alone, words.1,
          joined, words.2.rawValue)
    }
  }
}
