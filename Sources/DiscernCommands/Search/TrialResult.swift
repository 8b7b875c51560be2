import Discern

/// The progress and the score of a trial: written by the trial's process, then a line of the search's
/// journal.
struct TrialResult: Codable, Equatable {
  enum Outcome: String, Codable {
    /// Trained as far as requested; it can be continued.
    case paused
    /// Trained to the end.
    case ended
    /// Stopped for lack of time; the result is that reached so far.
    case cut
    /// Failed; `reason` says why.
    case failed
    /// Not trained: an earlier trial has the same settings.
    case same
  }

  var event = "trial"
  /// From 1.
  let trial: Int
  /// 0 for the search itself, or the number of the further seed.
  var repetition = 0
  /// The rung for which it was trained, from 0.
  let rung: Int
  let outcome: Outcome
  var score: DevelopmentScore?
  /// The number of completed epochs, and of all epochs; nil for n-grams alone.
  var epochs: Int?
  var allEpochs: Int?
  var reason: String?
  /// The number of seconds since the search began, including its earlier runs.
  var seconds: Double?

  /// Whether it takes part in comparisons.
  var isMeasured: Bool { score != nil && (outcome == .paused || outcome == .ended) }

  static func failed(_ trial: Int, _ rung: Int, repetition: Int = 0, _ reason: String) -> TrialResult {
    TrialResult(trial: trial, repetition: repetition, rung: rung, outcome: .failed, reason: reason)
  }
}
