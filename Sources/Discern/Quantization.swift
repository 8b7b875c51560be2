import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor

/// In how few bits a network's weights are kept.
public enum WeightPrecision: String, Sendable, CaseIterable, Codable {
  /// Word vectors and the weights of large products in 8 bits, a scale for each row; the rest in floats.
  /// Answers are quicker, and the same bits on every machine.
  case int8
  /// All in 16 bits, on disk alone: answers take as long as with floats.
  case fp16
}

/// What a model of fewer bits does with labelled texts beside the one that it was made from.
public struct QuantizationReport: Codable, Sendable, Hashable {
  /// A task's figures.
  public struct Task: Codable, Sendable, Hashable {
    /// What is measured.
    public enum Metric: String, Codable, Sendable {
      /// The share of right predictions.
      case accuracy
      /// Of a multi-label task.
      case microF1

      /// For people.
      public var name: String {
        switch self {
        case .accuracy: "accuracy"
        case .microF1: "micro F1"
        }
      }
    }

    /// Empty for the only one.
    public let name: String
    /// Texts whose label is known.
    public let texts: Int
    public let metric: Metric
    /// 0...1
    public let before: Double
    public let after: Double
    /// Texts that are given another label, or other labels.
    public let changed: Int
  }

  public let tasks: [Task]

  /// By how much the worst task falls, 0...1; negative where all rise.
  public var drop: Double { worst.map { $0.before - $0.after } ?? 0 }

  /// The task that falls most.
  public var worst: Task? { tasks.max { $0.before - $0.after < $1.before - $1.after } }
}

extension TextClassifier {
  /// The same classifier with its networks in fewer bits.
  ///
  /// - Throws: `DiscernError.conflict` for a model without a network, whose n-grams have 8 bits already, and
  ///   for one that is in 8 bits; `.model` for weights that half precision does not hold.
  public func quantized(to precision: WeightPrecision = .int8) throws(DiscernError) -> TextClassifier {
    if networks.isEmpty {
      throw .conflict(
        "the model has n-grams alone, whose weights have 8 bits already: there is nothing to make smaller")
    }
    if model.isQuantized { throw .conflict("the model is in 8 bits already") }
    let smaller: JoinedClassifier
    switch precision {
    case .int8: smaller = model.quantized
    case .fp16:
      smaller = try wrapping(DiscernError.model) { () throws(ModelError) in try model.halved() }
    }
    return TextClassifier(encoder: encoder, tasks: tasks, model: smaller, record: record)
  }

  private static func figure(
    _ report: TaskReport
  ) -> (metric: QuantizationReport.Task.Metric, value: Double) {
    switch report {
    case .singleLabel(let report): (.accuracy, report.accuracy)
    case .multiLabel(let report): (.microF1, report.microAverage.f1)
    }
  }

  /// In how few bits its networks' weights are; nil: in floats, or there is no network.
  public var precision: WeightPrecision? {
    model.isQuantized ? .int8 : networks.contains(where: \.isHalf) ? .fp16 : nil
  }

  /// Measures this classifier and one made from it on the same labelled texts.
  ///
  /// - Parameters:
  ///   - other: the one made from it.
  ///   - corpus: as for `evaluate`; read twice.
  ///   - compute: threads and kernels.
  public func comparison(
    with other: TextClassifier, on corpus: Corpus, compute: Compute = Compute()
  ) throws(DiscernError) -> QuantizationReport {
    let before = try measure(on: corpus, encoder: encoder, compute: compute).tasks
    let after = try other.measure(on: corpus, encoder: other.encoder, compute: compute).tasks
    return QuantizationReport(
      tasks: zip(before, after).map { before, after in
        let labels = [before, after].map { $0.predictions.predictedLabels(thresholds: $0.task.thresholds) }
        let (metric, value) = Self.figure(before.report())
        return QuantizationReport.Task(
          name: before.task.name, texts: labels[0].count, metric: metric, before: value,
          after: Self.figure(after.report()).value, changed: zip(labels[0], labels[1]).count { $0 != $1 })
      })
  }
}
