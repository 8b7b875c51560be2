import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor

/// Models measured on the same labelled texts.
package struct ModelComparison: Sendable {
  /// The comparison for one task.
  package struct Task: Sendable {
    /// Empty for the only task.
    package let name: String
    package let exampleCount: Int
    /// [models] [measures].
    package let figures: [[MeasuredFigure]]
    /// Each further model against the first.
    package let differences: [[PairedDifference]]
    /// Each further model against the first: a test of whether a text's labels are all right.
    package let tests: [McNemarTest]
  }

  package let tasks: [Task]
  /// Texts for which the first model is right and another wrong, then the reverse, then those for which all
  /// are wrong; each group in the data's order.
  package let texts: [DifferingText]
  /// How the first model read the data.
  package let data: EncodedCorpus

  /// - Parameters:
  ///   - models: at least one, with their names for messages.
  ///   - corpus: read with the first model's columns, or some of them.
  ///   - threshold: the minimum probability at which multi-label tasks give a label; nil: each label's own.
  /// - Throws: `DiscernError.comparison` for models whose tasks or labels differ from the first one's;
  ///   otherwise the errors of `evaluate`.
  package init(
    _ models: [(name: String, classifier: TextClassifier)], on corpus: Corpus, threshold: Float? = nil,
    bootstrap: Bootstrap = Bootstrap(), compute: Compute = Compute()
  ) throws(DiscernError) {
    precondition(!models.isEmpty, "a comparison needs models")
    let names = corpus.options.labelColumns.map(\.task)
    for other in models.dropFirst() {
      try Self.requireComparable(models[0], other, tasks: names)
    }
    var measured: [[AlignedTask]] = []
    var data: EncodedCorpus?
    for (_, classifier) in models {
      let (tasks, read) = try classifier.measure(on: corpus, encoder: classifier.encoder, compute: compute)
      if let first = data, first.locations != read.locations { throw .comparison(.dataChanged) }
      data = data ?? read
      var aligned: [AlignedTask] = []
      for (index, task) in tasks.enumerated() {
        let names = measured.first?[index].labels ?? task.task.labels.names
        aligned.append(try AlignedTask(task, labels: names, threshold: threshold))
      }
      measured.append(aligned)
    }
    guard let data else { throw .evaluation(.noExamples) }
    self.data = data
    tasks = measured[0].indices.map { task in Self.compare(measured.map { $0[task] }, bootstrap) }
    texts = try Self.differingTexts(measured, data, corpus)
  }

  private static func compare(_ models: [AlignedTask], _ bootstrap: Bootstrap) -> Task {
    let paired = PairedMeasures(
      models.map { WeightedMeasures($0.predictions, thresholds: $0.thresholds) }, bootstrap)
    return Task(
      name: models[0].name, exampleCount: models[0].rows.count, figures: paired.figures,
      differences: paired.differences,
      tests: models.dropFirst().map { McNemarTest(first: models[0].isRight, second: $0.isRight) })
  }

  private static func differingTexts(
    _ measured: [[AlignedTask]], _ data: EncodedCorpus, _ corpus: Corpus
  ) throws(DiscernError) -> [DifferingText] {
    var places: [(task: Int, place: Int)] = []
    for task in measured[0].indices {
      let models = measured.map { $0[task] }
      for place in models[0].rows.indices
      where models.dropFirst().contains(where: { $0.given[place] != models[0].given[place] }) {
        places.append((task, place))
      }
    }
    func rank(_ task: Int, _ place: Int) -> Int {
      if measured[0][task].isRight[place] { return 0 }
      return measured.contains { $0[task].isRight[place] } ? 1 : 2
    }
    let order = places.map { (rank: rank($0.task, $0.place), task: $0.task, place: $0.place) }
      .sorted { ($0.rank, $0.task, $0.place) < ($1.rank, $1.task, $1.place) }
    let rows = Set(places.map { measured[0][$0.task].rows[$0.place] })
    let texts = try TextClassifier.texts(of: rows, data.locations, corpus)
    return order.map { _, task, place in
      let first = measured[0][task]
      let row = first.rows[place]
      return DifferingText(
        task: first.name, location: data.locations[row], text: texts[row] ?? "",
        labels: first.truth[place].map { first.labels[Int($0)] },
        predicted: measured.map { $0[task].candidates(place) },
        isRight: measured.map { $0[task].isRight[place] })
    }
  }

  /// - Parameter tasks: the tasks that are measured.
  private static func requireComparable(
    _ first: (name: String, classifier: TextClassifier), _ second: (name: String, classifier: TextClassifier),
    tasks: [String]
  ) throws(DiscernError) {
    for name in tasks {
      guard let own = first.classifier.tasks.first(where: { $0.name == name }) else { continue }
      guard let other = second.classifier.tasks.first(where: { $0.name == name }) else {
        throw .comparison(
          .differentTasks(
            first: first.name, firstTasks: first.classifier.tasks.map(\.shownName), second: second.name,
            secondTasks: second.classifier.tasks.map(\.shownName)))
      }
      guard (own.thresholds == nil) == (other.thresholds == nil) else {
        let (one, any) =
          own.thresholds == nil ? (first.name, second.name) : (second.name, first.name)
        throw .comparison(.differentDecisions(task: name, oneLabel: one, anyNumber: any))
      }
      // By bytes: Swift strings treat composed and decomposed letters as equal.
      let (ownBytes, otherBytes) = (
        Set(own.labels.names.map { Array($0.utf8) }), Set(other.labels.names.map { Array($0.utf8) })
      )
      guard ownBytes == otherBytes else {
        throw .comparison(
          .differentLabels(
            task: name, first: first.name,
            onlyFirst: own.labels.names.filter { !otherBytes.contains(Array($0.utf8)) }, second: second.name,
            onlySecond: other.labels.names.filter { !ownBytes.contains(Array($0.utf8)) }))
      }
    }
  }
}

extension ClassificationTask {
  /// For messages.
  fileprivate var shownName: String { name.isEmpty ? "(without a name)" : name }
}
