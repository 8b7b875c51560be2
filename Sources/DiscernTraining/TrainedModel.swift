import DiscernModels

/// A trained model and how it came about.
public struct TrainedModel<Model: Sendable>: Sendable {
  /// With the best epoch's weights.
  public let model: Model
  public let outcome: TrainingOutcome
  public let epochs: [EpochSummary]
  public let best: EpochSummary

  func map<Other>(_ change: (Model) -> Other) -> TrainedModel<Other> {
    TrainedModel<Other>(model: change(model), outcome: outcome, epochs: epochs, best: best)
  }
}

/// What training a classifier gives.
public typealias TrainingResult = TrainedModel<AttentionLSTMClassifier>
