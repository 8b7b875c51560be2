import DiscernBundle
import DiscernSystem
import DiscernTraining

/// A training run of something other than a classifier, read from its result or from its log.
package struct OtherRun: Sendable, Encodable {
  package enum Kind: String, Sendable, Encodable {
    case forecaster, matcher, sequences, pretrained, vectors
  }

  /// The figure by which epochs are judged.
  package struct Figure: Sendable, Encodable {
    package let name: String
    package let value: Double
  }

  /// The path as given.
  package let path: String
  package let source: RunRecord.Source
  package let kind: Kind
  package let epochs: Int
  package let bestEpoch: Int?
  /// The figure of the best epoch.
  package let figure: Figure?
  /// The number of origins of a walk-forward evaluation, which produces no model; nil for other runs.
  package let origins: Int?
  /// Nil for a log without an end: the run is in progress, or was killed.
  package let outcome: TrainingOutcome?

  private init(
    _ kind: Kind, path: String, _ source: RunRecord.Source, _ epochs: [EpochSummary],
    _ outcome: TrainingOutcome?, origins: Int? = nil
  ) {
    self.path = path
    self.source = source
    self.kind = kind
    self.epochs = epochs.count
    let best = epochs.last(where: \.isBest)
    bestEpoch = best?.epoch
    figure = best.flatMap(kind.figure)
    self.origins = origins
    self.outcome = outcome
  }

  /// Nil for a classifier's log.
  init?(_ log: RunLog, path: String) {
    guard let kind = log.other else { return nil }
    self.init(
      kind, path: path, .log, log.runs.last?.epochs ?? [], log.outcome,
      origins: log.origins > 0 ? log.origins : nil)
  }

  /// Nil for a folder that no such run produces, such as a classifier's.
  ///
  /// - Throws: `DiscernError.folder`.
  init?(contentsOf path: String) throws(DiscernError) {
    switch BundleManifest.formatName(inFolder: path) {
    case BundleFormat.forecaster.name:
      let record = try Forecaster(contentsOf: path).record
      self.init(.forecaster, path: path, .model, record.epochs, record.outcome)
    case BundleFormat.matcher.name:
      let record = try TextMatcher(contentsOf: path).record
      self.init(.matcher, path: path, .model, record.epochs, record.outcome)
    case BundleFormat.sequences.name:
      let record = try SequenceModel(contentsOf: path).record
      self.init(.sequences, path: path, .model, record.epochs, record.outcome)
    case BundleFormat.pretrained.name:
      guard let record = try PretrainedEncoder(contentsOf: path).languageModel?.record else { return nil }
      self.init(.pretrained, path: path, .model, record.epochs, record.outcome)
    default: return nil
    }
  }
}

extension OtherRun.Kind {
  /// The noun for messages.
  package var noun: String {
    switch self {
    case .forecaster: "a forecaster"
    case .matcher: "a matcher"
    case .sequences: "a sequence model"
    case .pretrained: "a pretrained network"
    case .vectors: "word vectors"
    }
  }

  fileprivate func figure(_ epoch: EpochSummary) -> OtherRun.Figure? {
    switch self {
    case .forecaster: OtherRun.Figure(name: "development loss", value: epoch.developmentLoss)
    case .matcher: OtherRun.Figure(name: "recall@1", value: epoch.accuracy)
    case .sequences: OtherRun.Figure(name: "exact match", value: epoch.accuracy)
    // The forward direction, if there are two.
    case .pretrained, .vectors:
      epoch.tasks?.first.map { OtherRun.Figure(name: "perplexity", value: exp($0.loss)) }
    }
  }
}
