import DiscernModels

/// A trained model and how it was trained.
public struct TrainedModel<Model: Sendable>: Sendable {
  /// The model with the best epoch's weights.
  public let model: Model
  /// Why training ended.
  public let outcome: TrainingOutcome
  /// The epochs, in order.
  public let epochs: [EpochSummary]
  /// The epoch whose weights were kept.
  public let best: EpochSummary

  func map<Other>(_ change: (Model) -> Other) -> TrainedModel<Other> {
    TrainedModel<Other>(model: change(model), outcome: outcome, epochs: epochs, best: best)
  }
}

/// The result of training a classifier.
public typealias TrainingResult = TrainedModel<NeuralClassifier>
