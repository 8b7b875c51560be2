import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining

/// One training of all that a classifier consists of, and what suits the development texts best.
struct TrainingRound {
  let networks: [AttentionLSTMClassifier]
  let wide: NGramHalf?
  /// With temperatures and thresholds.
  private(set) var tasks: [ClassificationTask]
  private(set) var mixing: [LogitMixing]?
  /// What all of it reaches together on the development texts, by task.
  private(set) var scores: [TaskScores] = []

  /// The mean loss of the tasks.
  var loss: Double { scores.reduce(0) { $0 + $1.loss } / Double(max(1, scores.count)) }

  /// The model that has not learned from the development texts.
  var model: JoinedClassifier { JoinedClassifier(networks, wide?.own, mixing: mixing) }

  /// - Parameters:
  ///   - number: 0, or 1 for the second training of self-training.
  ///   - training: nil for n-grams alone.
  init(
    _ number: Int, _ data: TrainingTexts, _ training: NetworkTraining?, _ classWeights: [[Float]?],
    _ recipe: TrainingRecipe, _ compute: Compute, _ record: inout TrainingRecord,
    _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    wide = try data.wide.map { texts throws(DiscernError) in
      try NGramHalf(
        texts, heads: data.tasks.map(\.head), classWeights: classWeights, recipe, compute, isInterrupted)
    }
    if let wide {
      let facts = try wide.facts(data, recipe.options)
      record.ngrams = facts
      onStage(.ngrams(facts))
    }
    networks = try training?.train(round: number, data, &record, onStage, isInterrupted) ?? []
    tasks = data.tasks
    try tune(data.development, recipe, compute, &record, onStage)
  }

  /// Finds how the halves are mixed, temperatures, if asked for, and thresholds of multi-label tasks. Writes
  /// down what all of the model reaches together.
  private mutating func tune(
    _ development: LabelledTexts, _ recipe: TrainingRecipe, _ compute: Compute,
    _ record: inout TrainingRecord, _ onStage: (TrainingStage) -> Void
  ) throws(DiscernError) {
    let outputs = HeadOutputs(tasks.map(\.head))
    func measured<Value>(_ body: () throws(EvaluationError) -> Value) throws(DiscernError) -> Value {
      try wrapping(DiscernError.evaluation, body)
    }
    var logits = wide?.developmentLogits ?? []
    if !networks.isEmpty {
      let own = Predictor(networks, compute: compute).logits(development.texts)
      if wide == nil {
        logits = own
      } else {
        let found = try measured { () throws(EvaluationError) in
          try outputs.mixing(ngrams: logits, network: own, development.targets)
        }
        logits = outputs.mixed(ngrams: logits, network: own, found)
        mixing = found
      }
    }
    let temperatures =
      recipe.calibrates
      ? outputs.temperatures(ofLogits: logits, development.targets) : tasks.map { _ in nil }
    for index in tasks.indices { tasks[index].temperature = temperatures[index] ?? 1 }
    func predictions(_ temperatures: [Double]) throws(DiscernError) -> [TaskPredictions?] {
      try measured { () throws(EvaluationError) in
        try outputs.predictions(ofLogits: logits, development.targets, temperatures: temperatures)
      }
    }
    let before = try predictions(tasks.map { _ in 1 })
    let after = try predictions(tasks.map(\.temperature))
    for index in tasks.indices {
      let metric = recipe.options.metric(ofTask: tasks[index].name)
      if let tuned = after[index]?.tunedThresholds(by: metric.average) {
        tasks[index].decision = .thresholds(tuned.thresholds)
        onStage(.thresholds(tuned, task: tasks[index].name))
      }
      if recipe.calibrates, let before = before[index]?.calibrationError,
        let after = after[index]?.calibrationError
      {
        onStage(
          .calibrated(
            TrainingStage.Calibration(
              task: tasks[index].name, temperature: temperatures[index], errorBefore: before,
              errorAfter: after)))
      }
    }
    scores = zip(tasks, after).compactMap { task, predictions in
      predictions.map {
        TaskScores(task: task.name, $0, metric: recipe.options.metric(ofTask: task.name))
      }
    }
    if networks.count > 1 || wide != nil { record.together = scores }
  }
}
