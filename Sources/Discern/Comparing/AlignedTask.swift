import DiscernEvaluation
import DiscernModels

/// A model's answers for a task's texts, with its labels in another model's order.
struct AlignedTask {
  /// Empty for the only task.
  let name: String
  let labels: [String]
  let predictions: TaskPredictions
  /// [labels] of a multi-label task.
  let thresholds: [Float]?
  /// [texts] their indices among all texts read.
  let rows: [Int]
  /// [texts] the ids of each text's true labels, ascending.
  let truth: [[Int32]]
  /// [texts] the ids of the labels given to each text, ascending.
  let given: [[Int32]]
  /// [texts] whether the labels given are exactly the true ones.
  let isRight: [Bool]

  /// - Parameters:
  ///   - labels: the task's labels in the required order.
  ///   - threshold: for every label; nil: each label's own.
  init(
    _ measured: TextClassifier.Measured, labels: [String], threshold: Float?
  ) throws(DiscernError) {
    let names = measured.task.labels.names
    self.labels = labels
    name = measured.task.name
    rows = measured.labels.known
    // By bytes: Swift strings treat composed and decomposed letters as equal.
    let places = Dictionary(
      zip(names.map { Array($0.utf8) }, names.indices), uniquingKeysWith: { first, _ in first })
    let order = labels.compactMap { places[Array($0.utf8)] }
    precondition(order.count == names.count, "the same labels")
    var renumbered = [Int32](repeating: 0, count: names.count)
    for (new, old) in order.enumerated() { renumbered[old] = Int32(new) }
    let truth = rows.map { row in (measured.labels.ids(row) ?? []).map { renumbered[Int($0)] }.sorted() }
    let thresholds = measured.thresholds(threshold).map { own in order.map { own[$0] } }
    let predictions = try wrapping(DiscernError.evaluation) { () throws(EvaluationError) in
      try measured.predictions.reordered(order, truth)
    }
    given = predictions.predictedLabels(thresholds: thresholds)
    isRight = zip(truth, given).map { $0 == $1 }
    self.truth = truth
    self.thresholds = thresholds
    self.predictions = predictions
  }

  /// The labels that a text was given, most probable first.
  func candidates(_ place: Int) -> [Classification.Candidate] {
    let probabilities = predictions.probabilities(ofRow: place)
    return given[place].sorted { probabilities[Int($0)] > probabilities[Int($1)] }.map {
      Classification.Candidate(label: labels[Int($0)], probability: probabilities[Int($0)])
    }
  }
}

extension TaskPredictions {
  /// The same predictions, with the labels in another order.
  ///
  /// - Parameters:
  ///   - order: [labels] their previous indices.
  ///   - truth: by text, in the new order.
  fileprivate func reordered(
    _ order: [Int], _ truth: [[Int32]]
  ) throws(EvaluationError) -> TaskPredictions {
    if order == Array(order.indices) { return self }
    let values = truth.indices.flatMap { row in
      let own = probabilities(ofRow: row)
      return order.map { own[$0] }
    }
    switch self {
    case .singleLabel:
      return .singleLabel(
        try ProbabilisticPredictions(
          probabilities: values, classCount: order.count, labels: truth.map { $0[0] }))
    case .multiLabel:
      return .multiLabel(
        try MultiLabelPredictions(
          probabilities: values, labelCount: order.count, labels: truth))
    }
  }
}
