import DiscernCorpus
import DiscernIO
import DiscernModels
import DiscernTraining

/// The weights with which a language model predicts the next word, in addition to those that a classifier
/// begins with.
extension PretrainingRun {
  /// Enough tokens to learn where texts end.
  private static let tokenLimit = 200_000
  /// The approximate number of updates that the regression on these needs.
  private static let updateCount = 400

  /// The weights between states and words, with the probabilities of ends and first words. These are learned
  /// here, so that pretraining itself is unchanged.
  ///
  /// - Returns: nil if pretraining was interrupted.
  /// - Throws: `DiscernError.interrupted`, only if checkpoints hold everything learned before.
  func output(
    _ trained: TrainedModel<LanguageModelTraining>, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> [(name: String, shape: [Int], values: [Float])]? {
    guard trained.outcome.isNormal else { return nil }
    let model = trained.model.model
    let sample = sample()
    var choices = TrainingOptions()
    choices.seed = options.seed
    choices.batchSize = .tokens(max(64, min(1 << 12, sample.tokenIDs.count / 16)))
    choices.monitor = .loss
    choices.learningRate = 0.01
    let source = WholeTextSource(sample, batchSize: choices.batchSize, seed: options.seed)
    choices.epochs = max(3, Self.updateCount / max(1, source.plan(epoch: 1).count))
    choices.patience = choices.epochs
    let share = Double(sample.count) / Double(sample.tokenIDs.count)
    let ends = try wrapping(DiscernError.training) { [choices] () throws(TrainingError) in
      try Trainer(choices, compute: compute).train(
        TextEndTraining(model, share: share, seed: options.seed), source: source, development: texts.heldOut,
        isInterrupted: { checkpoints?.holdsEnd == true && isInterrupted() })
    }
    if ends.outcome == .interrupted { throw .interrupted }
    var counts = [Float](repeating: 0, count: texts.vocabulary.count)
    for index in 0..<texts.training.count {
      if let first = texts.training[index].first { counts[Int(first)] += 1 }
    }
    return model.forwardOutput + ends.model.output
      + [(NextWordModel.firstWordsName, [counts.count], counts)]
  }

  /// Some of the training texts.
  private func sample() -> EncodedTexts {
    let texts = texts.training
    var (chosen, tokens): ([Int], Int) = ([], 0)
    for index in RandomStream(seed: options.seed, purpose: .shuffle, counter: -2).permutation(texts.count) {
      chosen.append(index)
      tokens += texts.length(index)
      if tokens >= Self.tokenLimit { break }
    }
    return texts.selecting(chosen.sorted())
  }
}
