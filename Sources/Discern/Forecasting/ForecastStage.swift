import DiscernBundle
import DiscernTraining

/// The progress reports of `Forecaster.train`.
public enum ForecastStage: Sendable {
  /// How the rows were divided in time, and how many windows each part has.
  case divided(rows: [Int], windows: [Int])
  /// No forecast lies entirely within the test rows, so nothing is measured.
  case notMeasured(rows: Int)
  /// Rows do not predict later rows, but columns predict each other: each row may be a separate series.
  case looksExchanged
  /// A column reveals a target's value in advance.
  case leak(SeriesLeak)
  /// The network has been created and training is about to begin.
  case model(parameterCount: Int)
  /// A step, an epoch or another event of the trainer.
  case training(TrainingEvent)
  /// A checkpoint could not be written; not reported again until one has been written.
  case checkpointFailed(CheckpointError)
}
