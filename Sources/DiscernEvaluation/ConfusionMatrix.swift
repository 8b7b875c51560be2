/// The number of predictions of each class for each true class: rows are true classes, columns predicted
/// ones.
///
/// All figures are those of scikit-learn over the labels `0..<classCount` with `zero_division=0`.
/// A matrix without examples gives zeros. As JSON it is an array of rows.
public struct ConfusionMatrix: Sendable, Equatable {
  /// The number of classes, C.
  public let classCount: Int
  /// Counts, row-major [C, C]: example counts by true class, then predicted class.
  public private(set) var counts: [Int]

  /// A matrix of zeros. Cost: 8·C² bytes.
  public init(classCount: Int) {
    precondition(classCount > 0, "a confusion matrix needs at least one class, got \(classCount)")
    self.classCount = classCount
    counts = [Int](repeating: 0, count: classCount * classCount)
  }

  /// Counts pairs of labels, each in `0..<classCount`. Throws on other labels, on unequal numbers
  /// of labels, and when there is no class.
  public init(
    trueLabels: [Int32], predictedLabels: [Int32], classCount: Int
  ) throws(EvaluationError) {
    guard classCount > 0 else { throw .noClasses }
    guard trueLabels.count == predictedLabels.count else {
      throw .labelCount(expected: trueLabels.count, got: predictedLabels.count)
    }
    self.init(classCount: classCount)
    for row in trueLabels.indices {
      for label in [trueLabels[row], predictedLabels[row]] where label < 0 || label >= classCount {
        throw .labelOutOfRange(row: row, label: Int(label), classCount: classCount)
      }
      add(trueClass: Int(trueLabels[row]), predictedClass: Int(predictedLabels[row]))
    }
  }

  /// Adds one example.
  public mutating func add(trueClass: Int, predictedClass: Int) {
    precondition(
      (0..<classCount).contains(trueClass) && (0..<classCount).contains(predictedClass),
      "classes go from 0 to \(classCount - 1), got true \(trueClass) and predicted \(predictedClass)")
    counts[trueClass * classCount + predictedClass] += 1
  }

  /// Adds all counts of another matrix of the same size.
  public mutating func add(_ other: ConfusionMatrix) {
    precondition(
      classCount == other.classCount,
      "cannot add a matrix of \(other.classCount) classes to one of \(classCount)")
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// The number of examples with the given true and predicted classes.
  public subscript(trueClass: Int, predictedClass: Int) -> Int {
    counts[trueClass * classCount + predictedClass]
  }

  /// The number of examples.
  public var exampleCount: Int { counts.reduce(0, +) }

  /// The number of examples on the diagonal.
  public var correctCount: Int {
    (0..<classCount).reduce(0) { $0 + self[$1, $1] }
  }

  /// The number of examples of each class, [C].
  public var supports: [Int] {
    (0..<classCount).map { row in (0..<classCount).reduce(0) { $0 + self[row, $1] } }
  }

  /// The number of examples predicted as each class, [C].
  public var predictedCounts: [Int] {
    (0..<classCount).map { column in (0..<classCount).reduce(0) { $0 + self[$1, column] } }
  }
}

extension ConfusionMatrix {
  /// The share of examples that were predicted correctly, 0…1 (`accuracy_score`).
  public var accuracy: Double {
    let total = exampleCount
    return total == 0 ? 0 : Double(correctCount) / Double(total)
  }

  /// Precision, recall, F1 and support of each class, [C].
  public var classMetrics: [ClassMetrics] {
    let supports = supports
    let predicted = predictedCounts
    return (0..<classCount).map {
      ClassMetrics(correct: self[$0, $0], support: supports[$0], predicted: predicted[$0])
    }
  }

  /// The unweighted mean over the classes that occur among the true labels or the predictions,
  /// which is scikit-learn's `average="macro"` without a `labels` argument.
  ///
  /// A class that never occurs says nothing about the model; see `macroAverageOfAllClasses`.
  public var macroAverage: AveragedMetrics {
    let metrics = classMetrics
    return AveragedMetrics(metrics, weights: metrics.map { $0.isF1Undefined ? 0 : 1 })
  }

  /// The unweighted mean over all classes, those that never occur counting as 0: scikit-learn's
  /// `average="macro"` with `labels=range(C)`.
  public var macroAverageOfAllClasses: AveragedMetrics {
    AveragedMetrics(classMetrics, weights: [Double](repeating: 1, count: classCount))
  }

  /// The mean weighted by support (`average="weighted"`).
  public var weightedAverage: AveragedMetrics {
    let metrics = classMetrics
    return AveragedMetrics(metrics, weights: metrics.map { Double($0.support) })
  }

  /// Over all decisions together (`average="micro"`); with one label per example, all three figures equal the
  /// accuracy.
  public var microAverage: AveragedMetrics {
    AveragedMetrics(precision: accuracy, recall: accuracy, f1: accuracy)
  }

  /// The mean recall of the classes that occur among the true labels (`balanced_accuracy_score`).
  public var balancedAccuracy: Double {
    let present = classMetrics.filter { $0.support > 0 }
    return present.isEmpty ? 0 : present.reduce(0) { $0 + $1.recall } / Double(present.count)
  }

  /// Matthews correlation coefficient in its multiclass form, −1…1 (Gorodkin 2004;
  /// `matthews_corrcoef`): 0 when all true labels or all predictions are the same.
  public var matthewsCorrelation: Double {
    Self.matthewsCorrelation(
      correct: correctCount, total: exampleCount, supports: supports, predicted: predictedCounts)
  }

  /// The same from counts: of correct examples, of all, of each true class, and of each predicted class.
  static func matthewsCorrelation(
    correct: Int, total: Int, supports: [Int], predicted: [Int]
  ) -> Double {
    let total = Double(total)
    var truePredicted = Double(correct) * total
    var predictedPredicted = total * total
    var trueTrue = total * total
    for (support, predicted) in zip(supports, predicted) {
      truePredicted -= Double(support) * Double(predicted)
      predictedPredicted -= Double(predicted) * Double(predicted)
      trueTrue -= Double(support) * Double(support)
    }
    let product = predictedPredicted * trueTrue
    return product == 0 ? 0 : truePredicted / product.squareRoot()
  }
}

extension ConfusionMatrix: Codable {
  public init(from decoder: any Decoder) throws {
    let rows = try [[Int]](from: decoder)
    var total = 0
    for count in rows.joined() {
      let sum = total.addingReportingOverflow(count)
      guard count >= 0, !sum.overflow else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "count \(count) is out of range"))
      }
      total = sum.partialValue
    }
    guard !rows.isEmpty, rows.allSatisfy({ $0.count == rows.count }) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "a confusion matrix is square, got rows of \(rows.map(\.count))"))
    }
    classCount = rows.count
    counts = Array(rows.joined())
  }

  public func encode(to encoder: any Encoder) throws {
    let rows = (0..<classCount).map { Array(counts[$0 * classCount..<($0 + 1) * classCount]) }
    try rows.encode(to: encoder)
  }
}
