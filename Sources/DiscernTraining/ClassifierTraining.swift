import DiscernEvaluation
import DiscernModels
import DiscernSystem
import DiscernTensor

/// A classifier in training: the objective of its heads, and its measurement on development texts.
package struct ClassifierTraining: TrainableModel {
  package let classifier: NeuralClassifier
  private let objective: Objective
  private let options: TrainingOptions

  /// - Parameter classWeights: by head, the weight of each label; nil, or a nil entry: equal weights.
  package init(
    _ classifier: NeuralClassifier, options: TrainingOptions, classWeights: [[Float]?]? = nil
  ) {
    self.classifier = classifier
    self.options = options
    objective = Objective(classifier.configuration.heads, options: options, classWeights: classWeights)
  }

  private init(_ other: ClassifierTraining, weights: Weights) {
    classifier = NeuralClassifier(other.classifier, weights: weights)
    options = other.options
    objective = other.objective
  }

  package var weights: Weights { classifier.weights }
  package func with(_ weights: Weights) -> ClassifierTraining { ClassifierTraining(self, weights: weights) }
  package var vectorTable: EmbeddingTable? {
    classifier.configuration.encoder.wordNetwork == nil ? nil : classifier.wordTable
  }
  package var acceptsPerturbation: Bool { classifier.acceptsPerturbation }
  package var partTable: EmbeddingTable? { classifier.letterTable }

  /// The heads always learn; the layers below them begin one after the other, down to the word vectors.
  package func rateFactors(epoch: Int) -> [Float] {
    let top = weights.layout.depthCount - 1
    return (0...top).map { depth in
      let below = top - depth
      if options.unfreezeEpochs > 0, (epoch - 1) / options.unfreezeEpochs < below { return 0 }
      // Zero would freeze the layer.
      return max(Float(pow(options.layerRateDecay, Double(below))), .leastNormalMagnitude)
    }
  }

  package var batchDependences: [TrainingWarning.BatchDependence] {
    guard let network = classifier.configuration.encoder.wordNetwork else { return [] }
    return network.batchNorm == .none ? [] : [.batchNorm]
  }

  package func mass(of batch: LabelledBatch) -> StepMass { objective.mass(of: batch) }
  package func mean(_ losses: [LossSum]) -> Double { objective.mean(losses) }

  package func callAsFunction(_ batch: LabelledBatch, _ own: TrainingPass) -> TrainingPass.Result {
    let encoder = classifier.configuration.encoder
    let rates =
      options.dropoutTo.map { encoder.dropoutRates(movedTo: $0, share: own.progress) } ?? encoder.dropoutRates
    let pass = Pass(
      own.tape, batch.packed, seed: own.seed, step: own.step, rates: rates, perturbation: own.perturbation,
      updateCost: updateCost(own))
    let (logits, exit) = classifier.withExit(pass)
    let place = pass.vectors.map { (values: $0, layout: batch.packed.layout) }
    switch own.goal {
    case .targets:
      let (losses, probabilities) = objective.loss(
        own.tape, logits, batch, weight: own.weight, mass: own.mass)
      if !exit.isEmpty {
        _ = objective.loss(
          own.tape, exit, batch, weight: own.weight * Float(options.earlyExitWeight), mass: own.mass)
      }
      return TrainingPass.Result(losses: losses, probabilities: probabilities, vectors: place)
    case .probabilities(let wanted):
      objective.addDivergence(own.tape, logits, from: wanted, weight: own.weight, mass: own.mass)
      return TrainingPass.Result(losses: [], vectors: place)
    }
  }

  /// The gradient of the loss with respect to each step that a layer with skip gates takes.
  private func updateCost(_ pass: TrainingPass) -> Float {
    guard case .targets = pass.goal, classifier.configuration.encoder.recurrent?.hasSkipGates == true else {
      return 0
    }
    return pass.weight * Float(options.skipCost / objective.textCount(pass.mass))
  }

  package func measure(
    _ development: LabelledTexts, _ compute: Compute
  ) throws(TrainingError) -> Measures? {
    let predictions: [TaskPredictions]
    do throws(EvaluationError) {
      predictions = try Predictor(classifier, compute: compute)
        .predictions(development.texts, development.targets).compactMap { $0 }
    } catch {
      guard error.isOfProbabilities else { throw .evaluation(error) }
      return nil
    }
    let heads = classifier.configuration.heads
    let scores = CombinedScores(zip(heads, predictions).map { ($0.name, $1) }, options)
    let choices: [Measures.Choices] = zip(heads, predictions).compactMap { head, predictions in
      switch predictions {
      case .singleLabel(let own):
        Measures.Choices(task: head.name, predicted: own.predictedLabels, labels: own.labels)
      case .multiLabel: nil
      }
    }
    return Measures(
      score: scores.watched.score, scoreLoss: scores.watched.loss,
      loss: scores.mean(scores.tasks.map(\.loss)),
      accuracy: scores.mean(scores.tasks.map(\.accuracy)), macroF1: scores.mean(scores.tasks.map(\.macroF1)),
      microF1: scores.mean(scores.tasks.map(\.microF1)),
      tasks: heads.count > 1 ? scores.tasks : nil, choices: choices,
      distributions: options.watchesStates
        ? StateWatch.distributions(of: classifier, development.texts, compute) : nil)
  }
}
