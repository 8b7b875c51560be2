import DiscernBundle
import DiscernCorpus
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary

/// Trains a model for each seed.
struct TrainingSeeds {
  let recipe: TrainingRecipe
  let configuration: ClassifierConfiguration
  /// [V, D] the initial word vectors.
  let vectors: [Float]?
  /// [B, D] the initial vectors of unknown words' letters; nil: zeros.
  let letters: [Float]?
  /// Shallower models to begin with: one for all seeds, or one for each; empty: none.
  let bases: [NeuralClassifier]
  /// The initial weights of words and layers, named as in a model; nil: random.
  let pretrained: [(name: String, shape: [Int], values: [Float])]?
  /// The transformer used as encoder; nil: a recurrent network.
  let transformer: TransformerFolder?
  let unlabelled: EncodedTexts?
  let classWeights: [[Float]?]
  /// Where states are saved, and what must be the same when training resumes.
  let keeping: (checkpoints: TrainingCheckpoints, identity: TrainingIdentity)?
  /// The connection to the other processes of this run.
  let link: any RankLink
  let compute: Compute

  /// A model whose training is interrupted, or diverges at once, is left out if others are finished, and no
  /// further one is started. Models that a checkpoint has finished are not trained again.
  ///
  /// - Parameter round: 0, or 1 for the second round of self-training.
  func train(
    round: Int, _ data: TrainingTexts, _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> (models: [NeuralClassifier], runs: [TrainingRun], outcome: TrainingOutcome) {
    var models: [NeuralClassifier] = []
    let sample = try transformer?.sample(data.training.texts, compute, isInterrupted)
    var runs: [TrainingRun] = []
    for index in 0..<recipe.ensembleSize {
      let place = round * recipe.ensembleSize + index
      var options = recipe.options
      options.seed &+= UInt64(index)
      options = options.scaled(toEpochs: epochs(data))
      if recipe.ensembleSize > 1 {
        onStage(.run(seed: options.seed, index: index, count: recipe.ensembleSize))
      }
      let model = try wrapping(DiscernError.model) { () throws(ModelError) in
        if let transformer {
          return try NeuralClassifier(
            configuration: configuration, seed: options.seed, transformer: transformer.model,
            vectors: sample ?? [])
        }
        if let pretrained {
          let model = try NeuralClassifier(
            configuration: configuration, seed: options.seed, beginningWith: pretrained)
          if options.adversarial.standardizesVectors {
            try model.standardizeVectors(counts: wordCounts(data, configuration.vocabularySize))
          }
          return model
        }
        return bases.isEmpty
          ? try NeuralClassifier(
            configuration: configuration, seed: options.seed, vectors: vectors, letters: letters)
          : try NeuralClassifier(
            configuration: configuration, seed: options.seed, growingFrom: bases[index % bases.count])
      }
      // A growing model keeps its learned biases.
      if bases.isEmpty { model.setOutputBiases(outputBiases(data)) }
      if index == 0 { onStage(.model(model)) }
      if let finished = try keeping?.checkpoints.finished(place, into: model) {
        models.append(model)
        runs.append(finished)
        onStage(
          .finishedBefore(
            index: place, count: recipe.runCount,
            isLatest: keeping?.checkpoints.goesOn(after: place) ?? false))
        continue
      }
      let result: TrainingResult
      do throws(DiscernError) {
        result = try train(place, model, data, options, onStage, isInterrupted)
      } catch {
        guard index > 0 else { throw error }
        switch error {
        case .training(.diverged): return (models, runs, .diverged)
        case .interrupted: return (models, runs, .interrupted)
        default: throw error
        }
      }
      if result.outcome == .interrupted, index > 0 { return (models, runs, .interrupted) }
      let run = TrainingRun(seed: options.seed, epochs: result.epochs, outcome: result.outcome)
      models.append(result.model)
      runs.append(run)
      if result.outcome == .interrupted { break }
      if place + 1 < recipe.runCount, let keeping {
        keeping.checkpoints.keep(run, place, result.model, keeping.identity, onStage)
      }
    }
    return (models, runs, .together(runs.map(\.outcome)))
  }

  /// The number of epochs that gives the same number of steps as the originally labelled texts would: with
  /// more texts, an epoch is longer. Each text is seen at least twice, or as often as in the recipe if that
  /// is less.
  private func epochs(_ data: TrainingTexts) -> Int {
    let (all, asked) = (data.training.texts.count, recipe.options.epochs)
    // For virtual adversarial training, the unlabelled texts were read from the beginning.
    guard data.addedCount > 0, all > 0, unlabelled == nil else { return asked }
    let share = Double(all - data.addedCount) / Double(all)
    return min(asked, max(2, Int((Double(asked) * share).rounded())))
  }

  /// The biases of a model that predicts from the labels' frequencies alone.
  private func outputBiases(_ data: TrainingTexts) -> [[Float]?] {
    OutputBias.biases(
      data.learned.tallies, classWeights: classWeights, smoothing: recipe.options.labelSmoothing)
  }

  /// The unlabelled texts; nil once a model has labelled them.
  private func unlabelled(besides data: TrainingTexts) -> EncodedTexts? {
    data.addedCount > 0 ? nil : unlabelled
  }

  /// The word counts of all texts, labelled and unlabelled.
  private func wordCounts(_ data: TrainingTexts, _ vocabularySize: Int) -> [Int] {
    var counts = data.learned.wordCounts(vocabularySize: vocabularySize)
    for id in unlabelled(besides: data)?.tokenIDs ?? [] { counts[Int(id)] += 1 }
    return counts
  }

  private func train(
    _ place: Int, _ model: NeuralClassifier, _ data: TrainingTexts, _ options: TrainingOptions,
    _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> TrainingResult {
    try withoutActuallyEscaping(onStage) { onStage throws(DiscernError) in
      try wrapping(DiscernError.training) { () throws(TrainingError) in
        let store = keeping.map { $0.checkpoints.store(run: place, $0.identity, options, onStage) }
        let trainer = try Trainer(options, compute: compute)
        if let texts = data.learnedOnDisk {
          return try trainer.train(
            model, texts: texts, development: data.development, classWeights: classWeights, link: link,
            store: store, onEvent: { onStage(.training($0)) }, isInterrupted: isInterrupted)
        }
        return try trainer.train(
          model, training: data.training, development: data.development,
          unlabelled: unlabelled(besides: data),
          classWeights: classWeights, link: link, store: store,
          onEvent: { onStage(.training($0)) }, isInterrupted: isInterrupted)
      }
    }
  }
}

extension TrainingOptions {
  /// The same for another number of epochs: values counted in epochs change with it.
  fileprivate func scaled(toEpochs count: Int) -> TrainingOptions {
    guard count != epochs, epochs > 0 else { return self }
    var result = self
    let share = Double(count) / Double(epochs)
    result.epochs = count
    result.unfreezeEpochs = Int(Double(unfreezeEpochs) * share)
    result.scheduleEpochs = max(1, Int((Double(scheduleEpochs) * share).rounded()))
    return result
  }
}
