import DiscernTraining

/// What `Forecaster.train` tells while it works.
public enum ForecastStage: Sendable {
  /// How the rows were divided in time, and how many windows each part has.
  case divided(rows: [Int], windows: [Int])
  /// The last rows, which were to be measured on, have no window with the rows behind it.
  case notMeasured(rows: Int)
  /// Rows say nothing of those behind them, but columns of one another: each row may be a series of its own.
  case looksExchanged
  /// A column that knows a target before it comes.
  case leak(SeriesLeak)
  /// The network is made and training is about to begin.
  case model(parameterCount: Int)
  /// A step, an epoch or another event of the trainer.
  case training(TrainingEvent)
}
