import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining
import DiscernVocabulary

extension TextClassifier {
  /// Where and how the labels for an evaluation are found: with several tasks, in the columns used in
  /// training.
  public var labelColumns: [LabelColumn] { tasks.map(\.source) }

  /// Measures the classifier on labelled files, folders or archives. If an input has parts, `test` is used,
  /// or else `dev`.
  public func evaluate(
    on paths: [String], compute: Compute = Compute()
  ) throws(DiscernError) -> (report: EvaluationReport, data: EncodedCorpus) {
    let corpus = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      var options = CorpusOptions()
      options.labelColumns = labelColumns
      options.trainedColumns = record.columns
      return try Corpus(paths: paths, options: options).selectingToMeasure()
    }
    return try evaluate(on: corpus, compute: compute)
  }

  /// Measures the classifier on labelled texts.
  ///
  /// - Parameters:
  ///   - corpus: read with `labelColumns`, or with some of them; only those tasks are measured.
  ///   - threshold: the minimum probability at which multi-label tasks give a label; nil: the model's
  ///     threshold for each label.
  ///   - exitConfidence: as in a session; nil: the whole model reads every text.
  ///   - compute: threads and kernels.
  ///   - onExits: receives the number of texts answered at each exit.
  ///   - onSteps: receives the number of steps that layers with skip gates took, if the model has any.
  /// - Throws: `DiscernError.corpus`, also for labels that the model does not have, unless the corpus is read
  ///   with `ErrorPolicy.skip`; `.training` for a task that the model does not have; `.conflict` for a task
  ///   that has one label per text in the corpus and any number in the model, or the reverse; `.evaluation`
  ///   if no text has a label.
  public func evaluate(
    on corpus: Corpus, threshold: Float? = nil, exitConfidence: Float? = nil, compute: Compute = Compute(),
    onExits: (ExitCounts) -> Void = { _ in }, onSteps: (StepCounts) -> Void = { _ in }
  ) throws(DiscernError) -> (report: EvaluationReport, data: EncodedCorpus) {
    try check(exitConfidence: exitConfidence)
    let measured = try measure(
      on: corpus, encoder: encoder, exitConfidence: exitConfidence, compute: compute, onExits: onExits,
      onSteps: onSteps)
    let reports = measured.tasks.map { (name: $0.task.name, report: $0.report(threshold: threshold)) }
    return (EvaluationReport(reports), measured.data)
  }

  /// - Throws: `DiscernError.conflict` for a value that is not above 0 and at most 1, and for a model that
  ///   can answer with such confidence neither by n-grams alone nor by its first layer.
  public func check(exitConfidence: Float?) throws(DiscernError) {
    guard let exitConfidence else { return }
    if !(exitConfidence > 0 && exitConfidence <= 1) {
      throw .conflict("--exit-confidence \(exitConfidence): expected above 0, at most 1")
    }
    if model.earlyExit != nil { return }
    if kind != .joined {
      throw .conflict(
        "--exit-confidence lets n-grams or a first layer classify without the rest of a network, but the "
          + "model has " + (networks.isEmpty ? "no network" : "neither n-grams nor an early exit")
          + "; leave it out, or train with --model joined or --early-exit")
    }
    if model.ngramTemperatures == nil {
      throw .conflict(
        "--exit-confidence: the confidence of the model's n-grams was not measured in its training; train it "
          + "again")
    }
  }

  /// The predictions for a task, with the true labels.
  struct Measured {
    let task: ClassificationTask
    let predictions: TaskPredictions
    /// [texts] the labels of all texts; the predictions include only texts with known labels.
    let labels: TaskLabels
    /// The predictions without the temperature; nil if it is 1.
    let uncalibrated: TaskPredictions?

    func thresholds(_ threshold: Float?) -> [Float]? {
      threshold.map { Array(repeating: $0, count: task.labels.count) } ?? task.thresholds
    }

    func report(threshold: Float? = nil) -> TaskReport {
      predictions.report(
        labelNames: task.labels.names, thresholds: thresholds(threshold),
        uncalibrated: uncalibrated.map { ($0, task.temperature) })
    }
  }

  /// The classifier's predictions for labelled texts, for each of the corpus's tasks that has labels; there
  /// is at least one.
  func measure(
    on corpus: Corpus, encoder: TextEncoder, exitConfidence: Float? = nil, compute: Compute,
    onExits: (ExitCounts) -> Void = { _ in }, onSteps: (StepCounts) -> Void = { _ in }
  ) throws(DiscernError) -> (tasks: [Measured], data: EncodedCorpus) {
    let heads = try self.heads(of: corpus.options.labelColumns)
    let data = try wrapping(DiscernError.corpus) { () throws(CorpusError) in
      try CorpusEncoder(encoder, threads: compute.threadCount)
        .encode(corpus, labelSets: heads.map { tasks[$0].labels })
    }
    let unknown = TaskLabels(numbers: Array(repeating: TaskLabels.none, count: data.count))
    let targets = tasks.indices.map { head in
      let place = heads.firstIndex(of: head)
      return place.map { $0 < data.targets.count ? data.targets[$0].labels : unknown } ?? unknown
    }
    let predictor = JoinedPredictor(model, compute: compute)
    predictor.setExit(at: exitConfidence, temperatures: tasks.map(\.temperature))
    let logits = predictor.logits(data.texts)
    onExits(predictor.exits)
    if let steps = predictor.steps { onSteps(steps) }
    func predictions(_ temperatures: [Double]) throws(DiscernError) -> [TaskPredictions?] {
      try wrapping(DiscernError.evaluation) { () throws(EvaluationError) in
        try predictor.outputs.predictions(ofLogits: logits, targets, temperatures: temperatures)
      }
    }
    let calibrated = try predictions(tasks.map(\.temperature))
    let plain = try predictions(tasks.map { _ in 1 })
    var measured: [Measured] = []
    for head in heads {
      guard let predictions = calibrated[head] else { continue }
      measured.append(
        Measured(
          task: tasks[head], predictions: predictions, labels: targets[head],
          uncalibrated: tasks[head].temperature == 1 ? nil : plain[head]))
    }
    if measured.isEmpty { throw .evaluation(.noExamples) }
    return (measured, data)
  }

  /// The head of each column's task.
  private func heads(of columns: [LabelColumn]) throws(DiscernError) -> [Int] {
    var heads: [Int] = []
    for column in columns {
      guard let head = tasks.firstIndex(where: { $0.name == column.task }) else {
        throw .training(.unknownTask(name: column.task, known: tasks.map(\.name)))
      }
      let takesLists = tasks[head].source.separator != nil
      guard takesLists == (column.separator != nil) else {
        throw .conflict(
          "the model gives \(takesLists ? "any number of labels" : "one label") per text, but the data is "
            + "read with \(column.separator == nil ? "one" : "any number")")
      }
      heads.append(head)
    }
    return heads
  }
}
