import Discern

/// The decisions that follow from a search's results so far; the order of the results does not matter.
struct SearchStanding {
  /// A trial that is trained with several seeds, and its score with each.
  struct Finalist {
    let trial: Int
    /// By seed; fewer if some are missing.
    let scores: [Double]
    let failures: Int

    /// The spread of the scores.
    var spread: Spread? { scores.isEmpty ? nil : Spread(scores) }
  }

  let trials: [SearchTrial]
  let plan: SearchPlan
  let results: [TrialResult]
  /// A trial that was fully trained beforehand, and is compared with the best of the others only at the end.
  var yardstick: Int?

  /// The number of training runs of a finalist.
  static let seeds = 3

  /// A trial's result for a rung; a trial that has already ended keeps its result.
  func result(_ trial: Int, rung: Int) -> TrialResult? {
    let own = results.filter { $0.trial == trial && $0.repetition == 0 && $0.outcome != .cut }
    return own.last { $0.rung == rung } ?? own.last { $0.rung < rung && $0.outcome == .ended }
  }

  func result(_ trial: Int, repetition: Int) -> TrialResult? {
    results.last { $0.trial == trial && $0.repetition == repetition && $0.outcome != .cut }
  }

  /// The trials of a rung, by number; nil if results of the rung before are missing.
  func participants(_ rung: Int) -> [Int]? {
    if rung == 0 { return trials.filter { $0.sameAs == nil && $0.number != yardstick }.map(\.number) }
    guard let before = participants(rung - 1),
      before.allSatisfy({ result($0, rung: rung - 1) != nil })
    else { return nil }
    return ranking(rung - 1).prefix(plan.rungs[rung].trials).sorted()
  }

  /// The trials of a rung that were measured, best first; of equal trials, the smaller number comes first.
  func ranking(_ rung: Int) -> [Int] {
    let measured = (participants(rung) ?? []).compactMap { number in
      result(number, rung: rung).flatMap { $0.isMeasured ? $0 : nil }
    }
    return Self.ranked(measured)
  }

  private static func ranked(_ results: [TrialResult]) -> [Int] {
    results.sorted { a, b in
      guard let own = a.score, let other = b.score else { return a.score != nil }
      if own.isBetter(than: other) { return true }
      return other.isBetter(than: own) ? false : a.trial < b.trial
    }.map(\.trial)
  }

  /// The trials that are trained with several seeds; nil if the last rung is incomplete.
  var finalists: [Finalist]? {
    let last = plan.rungs.count - 1
    guard let all = participants(last), all.allSatisfy({ result($0, rung: last) != nil }) else { return nil }
    return ranking(last).prefix(SearchPlan.finalists).map { trial in
      let others = (1..<Self.seeds).map { result(trial, repetition: $0) }
      return Finalist(
        trial: trial,
        scores: ([result(trial, rung: last)] + others).compactMap {
          $0?.isMeasured == true ? $0?.score?.score : nil
        },
        failures: others.count { $0?.outcome == .failed })
    }
  }

  /// Whether all finalists were trained with all seeds.
  var isComplete: Bool {
    finalists?.allSatisfy { $0.scores.count + $0.failures == Self.seeds } ?? false
  }

  /// The finalists, best first: in order of failures, fewest first, then by the mean.
  var ranking: [Finalist] {
    guard isComplete, let finalists else { return [] }
    return finalists.sorted { a, b in
      if a.failures != b.failures { return a.failures < b.failures }
      let (own, other) = (a.spread?.mean ?? -.infinity, b.spread?.mean ?? -.infinity)
      return own != other ? own > other : a.trial < b.trial
    }
  }

  /// The best trial so far: by all seeds, or else by the highest rung with any result.
  var best: Int? {
    if let first = ranking.first { return first.trial }
    for rung in plan.rungs.indices.reversed() {
      // For an incomplete rung, the results so far.
      let measured = trials.compactMap { trial in
        results.last {
          $0.trial == trial.number && $0.repetition == 0 && $0.isMeasured
            && ($0.rung == rung || $0.rung < rung && $0.outcome == .ended)
        }
      }
      if let first = Self.ranked(measured).first { return first }
    }
    return Self.ranked(results.filter { $0.outcome == .cut && $0.score != nil }).first
  }

  /// The two best finalists if their difference is within the larger of their deviations.
  var tie: (first: Finalist, second: Finalist)? {
    let ranking = ranking
    guard ranking.count > 1, let own = ranking[0].spread, let other = ranking[1].spread,
      abs(own.mean - other.mean) <= max(own.deviation, other.deviation)
    else { return nil }
    return (ranking[0], ranking[1])
  }
}
