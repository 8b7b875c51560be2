import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor

/// The reduced precision of a network's weights.
public enum WeightPrecision: String, Sendable, CaseIterable, Codable {
  /// Word vectors and the weights of large matrix products in 8 bits, with a scale for each row; the rest in
  /// floats. Classification is faster, and its results are bit-identical on every machine.
  case int8
  /// All weights in 16 bits, only on disk: classification takes as long as with floats.
  case fp16
}

/// A comparison, on labelled texts, of a quantised model with its original.
public struct QuantizationReport: Codable, Sendable, Hashable {
  /// A task's figures.
  public struct Task: Codable, Sendable, Hashable {
    /// The metric of a task.
    public enum Metric: String, Codable, Sendable {
      /// The share of correct predictions.
      case accuracy
      /// Micro F1, for a multi-label task.
      case microF1

      /// The name for display.
      public var name: String {
        switch self {
        case .accuracy: "accuracy"
        case .microF1: "micro F1"
        }
      }
    }

    /// The task's name; empty for a single unnamed task.
    public let name: String
    /// The number of texts whose label is known.
    public let texts: Int
    /// The metric of `before` and `after`.
    public let metric: Metric
    /// The value for the original model, 0...1.
    public let before: Double
    /// The value for the quantised model, 0...1.
    public let after: Double
    /// The number of texts whose predicted labels differ.
    public let changed: Int
  }

  /// The tasks, in the model's order.
  public let tasks: [Task]

  /// The drop of the worst task, 0...1; negative if all improve.
  public var drop: Double { worst.map { $0.before - $0.after } ?? 0 }

  /// The task with the largest drop.
  public var worst: Task? { tasks.max { $0.before - $0.after < $1.before - $1.after } }
}

extension TextClassifier {
  /// The same classifier with its networks in lower precision.
  ///
  /// - Throws: `DiscernError.conflict` for a model without a network, whose n-grams already have 8 bits, and
  ///   for one already in 8 bits; `.model` for weights out of range for half precision.
  public func quantized(to precision: WeightPrecision = .int8) throws(DiscernError) -> TextClassifier {
    if networks.isEmpty {
      throw .conflict(
        "the model has only n-grams, whose weights have 8 bits already")
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

  /// The reduced precision of its networks' weights; nil: floats, or no network.
  public var precision: WeightPrecision? {
    model.isQuantized ? .int8 : networks.contains(where: \.isHalf) ? .fp16 : nil
  }

  /// Measures this classifier and a quantised version of it on the same labelled texts.
  ///
  /// - Parameters:
  ///   - other: the quantised version.
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
