import Discern

/// The progress of a trial, and its score: a line of a search's journal, written by a trial's process.
struct TrialResult: Codable, Equatable {
  enum Outcome: String, Codable {
    /// Trained as far as was asked; it can be continued.
    case paused
    /// Trained to its end.
    case ended
    /// Stopped for lack of time, with its result so far.
    case cut
    /// `reason` says why.
    case failed
    /// Not trained: its choices are those of another one.
    case same
  }

  var event = "trial"
  /// From 1.
  let trial: Int
  /// 0 for the search itself, else the number of the further seed.
  var repetition = 0
  /// The rung that it was trained for, from 0.
  let rung: Int
  let outcome: Outcome
  var score: DevelopmentScore?
  /// Completed epochs, of all; nil for n-grams alone.
  var epochs: Int?
  var allEpochs: Int?
  var reason: String?
  /// Seconds since the search began, those of earlier runs of it included.
  var seconds: Double?

  /// Whether it takes part in comparisons.
  var isMeasured: Bool { score != nil && (outcome == .paused || outcome == .ended) }

  static func failed(_ trial: Int, _ rung: Int, repetition: Int = 0, _ reason: String) -> TrialResult {
    TrialResult(trial: trial, repetition: repetition, rung: rung, outcome: .failed, reason: reason)
  }
}
