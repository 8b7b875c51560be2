/// An evaluation's report on one task of a classifier. As JSON it is the one report or the other.
public enum TaskReport: Sendable, Equatable, Encodable {
  /// One label a text.
  case singleLabel(ClassificationReport)
  /// Any number of labels a text.
  case multiLabel(MultiLabelReport)

  /// The report for people, no line wider than `width` columns.
  public func table(width: Int = 80) -> String {
    switch self {
    case .singleLabel(let report): report.table(width: width)
    case .multiLabel(let report): report.table(width: width)
    }
  }

  /// The share of examples that are wholly right.
  public var accuracy: Double {
    switch self {
    case .singleLabel(let report): report.accuracy
    case .multiLabel(let report): report.subsetAccuracy
    }
  }

  /// Unweighted over the labels, as the report has it.
  public var macroF1: Double {
    switch self {
    case .singleLabel(let report): report.macroAverage.f1
    case .multiLabel(let report): report.macroAverage.f1
    }
  }

  /// Nats.
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
