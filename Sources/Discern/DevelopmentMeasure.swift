import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTraining

/// Measures logits of the development texts, from one part of a model or from the whole model.
struct DevelopmentMeasure {
  let outputs: HeadOutputs
  private let targets: [TaskLabels]
  private let tasks: [ClassificationTask]
  private let recipe: TrainingRecipe

  init(_ data: TrainingTexts, _ recipe: TrainingRecipe) {
    outputs = HeadOutputs(data.tasks.map(\.head))
    targets = data.development.targets
    tasks = data.tasks
    self.recipe = recipe
  }

  /// By task: the temperature that calibrates the probabilities; nil if it was not requested or cannot be
  /// determined.
  func temperatures(_ logits: [Float]) -> [Double?] {
    recipe.calibrates ? outputs.temperatures(ofLogits: logits, targets) : tasks.map { _ in nil }
  }

  func predictions(_ logits: [Float], _ temperatures: [Double]) throws(DiscernError) -> [TaskPredictions?] {
    try wrapping(DiscernError.evaluation) { () throws(EvaluationError) in
      try outputs.predictions(ofLogits: logits, targets, temperatures: temperatures)
    }
  }

  func scores(_ predictions: [TaskPredictions?]) -> [TaskScores] {
    zip(tasks, predictions).compactMap { task, predictions in
      predictions.map { TaskScores(task: task.name, $0, metric: recipe.options.metric(ofTask: task.name)) }
    }
  }

  /// The scores of logits at their best temperatures, so that the losses of the parts and of the whole model
  /// can be compared.
  func scores(ofLogits logits: [Float]) throws(DiscernError) -> [TaskScores] {
    scores(try predictions(logits, temperatures(logits).map { $0 ?? 1 }))
  }

  /// Fits the weights with which the logits of n-grams and networks are joined.
  func mixing(ngrams: [Float], network: [Float], companion: [Float]?) throws(DiscernError) -> [LogitMixing] {
    try wrapping(DiscernError.evaluation) { () throws(EvaluationError) in
      try outputs.mixing(ngrams: ngrams, network: network, companion: companion, targets)
    }
  }
}
