/// The evaluation report of one task of a classifier. As JSON, it is the contained report.
public enum TaskReport: Sendable, Equatable, Encodable {
  /// One label per text.
  case singleLabel(ClassificationReport)
  /// Any number of labels per text.
  case multiLabel(MultiLabelReport)

  /// The report as a readable text, no line wider than `width` columns.
  public func table(width: Int = 80) -> String {
    switch self {
    case .singleLabel(let report): report.table(width: width)
    case .multiLabel(let report): report.table(width: width)
    }
  }

  /// The share of examples with all labels right.
  public var accuracy: Double {
    switch self {
    case .singleLabel(let report): report.accuracy
    case .multiLabel(let report): report.subsetAccuracy
    }
  }

  /// The unweighted mean of the labels' F1, as in the report.
  public var macroF1: Double {
    switch self {
    case .singleLabel(let report): report.macroAverage.f1
    case .multiLabel(let report): report.macroAverage.f1
    }
  }

  /// The log loss, in nats.
  public var logLoss: Double {
    switch self {
    case .singleLabel(let report): report.logLoss
    case .multiLabel(let report): report.logLoss
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .singleLabel(let report): try report.encode(to: encoder)
    case .multiLabel(let report): try report.encode(to: encoder)
    }
  }
}
