import DiscernBundle
import DiscernModels
import DiscernTraining

/// Resuming from a state.
extension TrainingCheckpoints {
  /// The recipe with which training resumes.
  ///
  /// - Throws: `DiscernError.checkpoint` if the recipe or the kernels differ from before.
  func check(_ recipe: TrainingRecipe, kernels: String) throws(DiscernError) -> TrainingRecipe {
    guard let identity = saved?.record.identity else { return recipe }
    var recipe = recipe.taking(openFrom: self.recipe)
    do throws(CheckpointError) {
      try TrainingIdentity.requireSame(
        recipe: recipe, as: self.recipe, completed: completedEpochs, at: path)
      try identity.requireSame(kernels: kernels, allowsOthers: allowsOtherKernels, at: path)
    } catch {
      throw .checkpoint(error)
    }
    if moreEpochs > 0 { recipe.options.epochs = completedEpochs + moreEpochs }
    try recipe.validate()
    return recipe
  }

  /// - Throws: `DiscernError.checkpoint` if the data that was read differs from before.
  func check(read identity: TrainingIdentity) throws(DiscernError) {
    do throws(CheckpointError) {
      try saved?.record.identity.requireSame(read: identity, at: path)
    } catch {
      throw .checkpoint(error)
    }
  }

  /// Whether training resumes directly after that run: the next one has no state.
  func goesOn(after index: Int) -> Bool {
    saved.map { $0.record.run == index + 1 && $0.record.state == nil } ?? false
  }

  /// Reads a finished run's weights into a model of the same shape; nil if that run is not finished.
  func finished(
    _ index: Int, into model: NeuralClassifier
  ) throws(DiscernError) -> TrainingRun? {
    guard let saved, index < saved.record.run else { return nil }
    do throws(CheckpointError) {
      let checkpoint = try folder.run(index + 1)
      do throws(BundleError) {
        try checkpoint.fill(model.weights.stateBuffers("weights"))
        model.weights.didChange()
        return try checkpoint.content(FinishedRun.self).run
      } catch {
        throw CheckpointError.damaged(path: path, error)
      }
    } catch {
      throw .checkpoint(error)
    }
  }
}
