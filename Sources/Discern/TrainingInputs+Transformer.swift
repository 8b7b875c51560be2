import DiscernBundle
import DiscernCorpus

extension TrainingInputs {
  /// Makes the texts' vectors once, where heads alone are trained.
  func addVectors(
    by folder: TransformerFolder, _ recipe: TrainingRecipe, _ data: inout TrainingTexts,
    _ unlabelled: inout EncodedCorpus?, _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    guard recipe.unfrozenLayers == 0 else { return }
    let count = data.training.texts.count + data.development.texts.count + (unlabelled?.count ?? 0)
    var done = 0
    func vectors(_ texts: EncodedTexts) throws(DiscernError) -> TextVectors {
      defer { done += texts.count }
      return try folder.vectors(
        texts, compute, { onStage(.vectorsMade(texts: done + $0, of: count)) }, isInterrupted)
    }
    data = try data.with(vectors)
    if let texts = unlabelled?.texts { unlabelled?.texts.vectors = try vectors(texts) }
  }
}
