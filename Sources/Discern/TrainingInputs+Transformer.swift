import DiscernBundle
import DiscernCorpus

extension TrainingInputs {
  /// Checks that a transformer's frozen weights can be stored there.
  func check(_ reference: WeightReference, _ recipe: TrainingRecipe) throws(DiscernError) {
    guard let folder = pretrained?.transformerFolder, recipe.isTransformer else {
      throw .conflict(
        "--reference \(reference.path) is for the layers of a pretrained transformer; give its folder "
          + "(--pretrained), or leave it out")
    }
    do throws(BundleError) {
      try reference.check(folder.model, unfrozen: recipe.unfrozenLayers)
    } catch {
      throw .folder(.bundle(error))
    }
  }

  /// Computes the texts' vectors once, if only heads are trained. They are saved with the run's states.
  func addVectors(
    by folder: TransformerFolder, _ recipe: TrainingRecipe, _ data: inout TrainingTexts,
    _ unlabelled: inout EncodedCorpus?, _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    guard recipe.unfrozenLayers == 0 else { return }
    let kept = checkpoints.map { KeptVectors($0, encoder: folder.digest, kernels: compute.family.name) }
    let count = data.training.texts.count + data.development.texts.count + (unlabelled?.count ?? 0)
    var done = 0
    func vectors(_ texts: EncodedTexts) throws(DiscernError) -> TextVectors {
      defer { done += texts.count }
      let size = folder.model.configuration.hiddenSize
      if let known = kept?.read(texts, size: size, onStage) { return TextVectors(size: size, values: known) }
      let made = try folder.vectors(
        texts, compute, { onStage(.vectorsMade(texts: done + $0, of: count)) }, isInterrupted)
      kept?.write(made, of: texts, onStage)
      return made
    }
    data = try data.with(vectors)
    if let texts = unlabelled?.texts { unlabelled?.texts.vectors = try vectors(texts) }
  }
}
