import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining

/// One round of training all parts of a classifier, with the settings that best fit the development texts.
struct TrainingRound {
  let networks: [NeuralClassifier]
  /// Word networks, trained earlier, that are joined with a transformer.
  let companions: [NeuralClassifier]
  let wide: WidePart?
  /// The tasks, with temperatures and thresholds.
  private(set) var tasks: [ClassificationTask]
  private(set) var mixing: [LogitMixing]?
  /// By task: the temperature of the n-grams' own logits, for a model with networks.
  private(set) var ngramTemperatures: [Double]?
  /// The rule of networks with an early exit; nil without one.
  private(set) var earlyExit: EarlyExitRule?
  /// The scores of the whole model on the development texts, by task.
  private(set) var scores: [TaskScores] = []

  /// By task, the ids of labels given to no development text.
  private(set) var neverGiven: [[Int]] = []
  /// The scores in the form of the model's card; nil without labelled development texts.
  private(set) var figures: ModelFigures?

  /// The mean loss of the tasks.
  var loss: Double { scores.reduce(0) { $0 + $1.loss } / Double(max(1, scores.count)) }

  /// The model that was not trained on the development texts.
  var model: JoinedClassifier { joined(with: wide?.own) }

  /// The whole model, with n-grams that were trained on these texts, or on more.
  func joined(with ngrams: NGramClassifier?) -> JoinedClassifier {
    var model = JoinedClassifier(networks, beside: companions, ngrams, mixing: mixing)
    model.ngramTemperatures = ngramTemperatures
    model.earlyExit = earlyExit
    return model
  }

  /// - Parameters:
  ///   - isFirst: whether it is the first round.
  ///   - wide: the trained n-gram part.
  init(
    _ job: TrainingJob, _ data: TrainingTexts, isFirst: Bool, _ wide: WidePart?,
    _ record: inout TrainingRecord,
    _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) {
    self.wide = wide
    companions = job.companions
    try job.requireSpace(besides: wide?.own)
    networks =
      try job.networks?.train(round: isFirst ? 0 : 1, data, &record, onStage, isInterrupted) ?? []
    tasks = data.tasks
    try tune(data, job, &record, onStage)
  }

  /// The networks of another round, with n-grams that were trained on more texts.
  init(
    keeping first: TrainingRound, _ wide: WidePart, _ job: TrainingJob, _ data: TrainingTexts,
    _ record: inout TrainingRecord
  ) throws(DiscernError) {
    self.wide = wide
    networks = first.networks
    companions = first.companions
    tasks = data.tasks
    try tune(data, job, &record) { _ in }
  }

  /// Trains the n-gram part, if the model has one, and records its scores.
  ///
  /// - Parameter first: the first round, whose n-gram settings are reused: they were chosen on the original
  ///   labels.
  static func widePart(
    _ job: TrainingJob, _ data: TrainingTexts, after first: TrainingRound?, _ record: inout TrainingRecord,
    _ onStage: (TrainingStage) -> Void, _ isInterrupted: () -> Bool
  ) throws(DiscernError) -> WidePart? {
    if data.wide != nil { onStage(.ngramsBegan(isLast: false)) }
    func part(_ texts: WideTexts, _ choices: [NGramChoice]?) throws(DiscernError) -> WidePart {
      try WidePart(
        texts, heads: data.tasks.map(\.head), classWeights: job.classWeights, choices: choices, job.recipe,
        job.compute, isInterrupted)
    }
    var choices = first?.wide?.choices
    if let own = data.wideOwn { choices = try part(own, nil).choices }
    let wide = try data.wide.map { texts throws(DiscernError) in try part(texts, choices) }
    if let wide {
      let facts = NGramFacts(
        features: wide.own.vocabulary.count, collisionRate: wide.own.vocabulary.collisionRate,
        choices: wide.choices,
        scores: try DevelopmentMeasure(data, job.recipe).scores(ofLogits: wide.developmentLogits))
      record.ngrams = facts
      onStage(.ngrams(facts))
    }
    return wide
  }

  /// Determines the mixing of the halves, temperatures if requested, and thresholds of multi-label tasks.
  /// Records the scores of the networks and of the whole model.
  private mutating func tune(
    _ data: TrainingTexts, _ job: TrainingJob, _ record: inout TrainingRecord,
    _ onStage: (TrainingStage) -> Void
  ) throws(DiscernError) {
    let measure = DevelopmentMeasure(data, job.recipe)
    var logits = wide?.developmentLogits ?? []
    if !networks.isEmpty {
      try tuneEarlyExit(data, job, measure, &record)
      let predictor = Predictor(networks, compute: job.compute)
      let own = predictor.logits(data.development.texts)
      record.steps = predictor.steps.all > 0 ? predictor.steps : nil
      if wide == nil {
        logits = own
      } else {
        record.network = try measure.scores(ofLogits: own)
        let beside = data.development.texts.companions.first.map {
          Predictor(companions, compute: job.compute).logits($0)
        }
        ngramTemperatures = measure.temperatures(logits).map { $0 ?? 1 }
        let found = try measure.mixing(ngrams: logits, network: own, companion: beside)
        logits = measure.outputs.mixed(ngrams: logits, network: own, companion: beside, found)
        mixing = found
      }
    }
    let temperatures = measure.temperatures(logits)
    for index in tasks.indices { tasks[index].temperature = temperatures[index] ?? 1 }
    let before = try measure.predictions(logits, tasks.map { _ in 1 })
    let after = try measure.predictions(logits, tasks.map(\.temperature))
    for index in tasks.indices {
      let metric = job.recipe.options.metric(ofTask: tasks[index].name)
      if let tuned = after[index]?.tunedThresholds(by: metric.average) {
        tasks[index].decision = .thresholds(tuned.thresholds)
        onStage(.thresholds(tuned, task: tasks[index].name))
      }
      if job.recipe.calibrates, let before = before[index]?.calibrationError,
        let after = after[index]?.calibrationError
      {
        onStage(
          .calibrated(
            TrainingStage.Calibration(
              task: tasks[index].name, temperature: temperatures[index], errorBefore: before,
              errorAfter: after)))
      }
    }
    scores = measure.scores(after)
    neverGiven = zip(tasks, after).map { task, predictions in
      let given = Set(predictions?.predictedLabels(thresholds: task.thresholds).flatMap(\.self) ?? [])
      return (0..<task.labels.count).filter { !given.contains(Int32($0)) }
    }
    let reports = zip(tasks, after).compactMap { task, predictions in
      predictions.map {
        (name: task.name, report: $0.report(labelNames: task.labels.names, thresholds: task.thresholds))
      }
    }
    figures = reports.isEmpty ? nil : ModelFigures(EvaluationReport(reports))
    if networks.count > 1 || wide != nil { record.together = scores }
  }

  /// Determines the mixing and the temperature of the first layer's logits, and records its scores alone.
  private mutating func tuneEarlyExit(
    _ data: TrainingTexts, _ job: TrainingJob, _ measure: DevelopmentMeasure, _ record: inout TrainingRecord
  ) throws(DiscernError) {
    guard networks[0].hasEarlyExit else { return }
    var logits = Predictor(networks, compute: job.compute).exitLogits(data.development.texts)
    record.firstLayer = try measure.scores(ofLogits: logits)
    var mixing: [LogitMixing]?
    if let wide = wide?.developmentLogits {
      let found = try measure.mixing(ngrams: wide, network: logits, companion: nil)
      logits = measure.outputs.mixed(ngrams: wide, network: logits, found)
      mixing = found
    }
    earlyExit = EarlyExitRule(
      temperatures: measure.temperatures(logits).map { $0 ?? 1 }, mixing: mixing)
  }
}
