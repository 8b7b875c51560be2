import Discern
import DiscernIO
import DiscernSystem

/// Shows the progress and the result of a search.
final class SearchReporter {
  private let trials: [SearchTrial]
  var plan: SearchPlan
  private let isQuiet: Bool

  init(_ trials: [SearchTrial], _ plan: SearchPlan, _ isQuiet: Bool) {
    self.trials = trials
    self.plan = plan
    self.isQuiet = isQuiet
  }

  private func say(_ text: String) { if !isQuiet { Console.line(text) } }

  /// - Parameter known: the number of results in the journal.
  func begin(_ known: Int, _ setup: SearchRun.Setup) {
    let counts = plan.rungs.map { "\($0.trials)" }.joined(separator: ", then ")
    say(
      "\(plan.rungs[0].trials.counted("trial")) (\(counts)), \(setup.workers) at once, each with "
        + setup.threads.counted("thread"))
    let same = trials.count { $0.sameAs != nil }
    if same > 0 { say("\(same.counted("trial")) with the settings of an earlier one: not trained again") }
    if known > 0 { say("continuing: \(known.counted("result")) known") }
  }

  func tell(_ result: TrialResult) {
    let name =
      "trial \(result.trial)" + (result.repetition > 0 ? ", seed +\(result.repetition)" : "")
      + ", rung \(result.rung + 1) of \(plan.rungs.count)"
    if result.outcome == .failed {
      Console.warning("\(name): failed: \(result.reason ?? "")")
      return
    }
    let epochs = result.epochs.map { ", epochs \($0) of \(result.allEpochs ?? $0)" } ?? ""
    let figures = result.score.map { String(format: "score %.4f, log loss %.4f", $0.score, $0.loss) } ?? ""
    say("\(name)\(epochs): \(figures)" + (result.outcome == .cut ? ", broken off" : ""))
  }

  func end(_ table: SearchTable, _ files: SearchFiles, _ stop: SearchRun.Stop?) throws {
    switch stop {
    case .interrupted: Console.warning("interrupted; run the same command to continue")
    case .outOfTime:
      Console.warning(
        "the time limit was reached before all trials were trained; use a longer --budget to "
          + "continue")
    case nil: break
    }
    let output = Output.standard()
    for line in table.lines() { try output.line(line) }
    try output.line(table.verdict)
    try output.flush()
    if table.standing.best == nil {
      Console.error("no trial produced a result; see \(files.table)")
    } else {
      say("written: \(files.best), \(files.table), \(files.picture)")
    }
  }
}
