import Discern
import DiscernIO
import DiscernSystem

/// All trials of a search as a table; those that were trained furthest come first.
struct SearchTable {
  let standing: SearchStanding
  /// The settings in which trials can differ.
  let keys: [RecipeKey]
  /// The metric to maximise.
  let metric: String

  /// - Parameter space: the space that was searched.
  init(_ standing: SearchStanding, _ space: SearchSpace) {
    self.standing = standing
    keys = space.dimensions.filter(\.range.varies).map(\.key)
    let monitor = standing.trials.first?.recipe.options.monitor
    metric = monitor.flatMap { $0 == .automatic ? nil : $0.rawValue } ?? "score"
  }

  /// The trials in the order of the table.
  var order: [Int] {
    let finalists = standing.ranking.map(\.trial)
    let measured = standing.plan.rungs.indices.reversed().flatMap { standing.ranking($0) }
    let others = standing.trials.map(\.number)
    var seen: Set<Int> = []
    return (finalists + measured + others).filter { seen.insert($0).inserted }
  }

  private var header: [String] {
    ["trial", "rung", "epochs", metric, "log loss", "mean", "deviation", "outcome"] + keys.map(\.name)
  }

  /// A trial's last result without further seeds.
  private func last(_ number: Int) -> TrialResult? {
    let own = standing.results.filter { $0.trial == number && $0.repetition == 0 }
    return own.last { $0.outcome != .cut } ?? own.last
  }

  private func row(_ number: Int) -> [String] {
    let trial = standing.trials[number - 1]
    let result = last(number)
    let finalist = standing.finalists?.first { $0.trial == number }
    let spread = (finalist?.scores.count ?? 0) > 1 ? finalist?.spread : nil
    func figure(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "" }
    let outcome =
      if let same = trial.sameAs { "as trial \(same)" } else {
        switch result?.outcome {
        case .failed: "failed: \(result?.reason ?? "")"
        case nil: "not trained"
        case let outcome?: outcome.rawValue
        }
      }
    return [
      "\(number)", result.map { "\($0.rung + 1)" } ?? "",
      result.flatMap { result in result.epochs.map { "\($0) of \(result.allEpochs ?? $0)" } } ?? "",
      figure(result?.score?.score), figure(result?.score?.loss), figure(spread?.mean),
      figure(spread?.deviation), outcome,
    ]
      + keys.map {
        $0.isUsed(by: trial.recipe) ? $0.text(in: trial.recipe, orWhere: "chosen to suit the texts") : ""
      }
  }

  /// A tab-separated table with a line for each trial.
  var file: String {
    ([header] + order.map(row)).map { TabSeparated.row($0) + "\n" }.joined()
  }

  /// The best trials, for users.
  func lines(limit: Int = 10) -> [String] {
    var table = Table()
    let rows = order.prefix(limit).map(row)
    // Empty columns are left out.
    let columns = header.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    for row in [header] + rows {
      table.add(columns.map { DisplayText.cut(DisplayText.escaped(row[$0]), to: 40) })
    }
    return table.lines
  }

  /// A conclusion about the best trial.
  var verdict: String {
    guard let best = standing.best else { return "no trial produced a result" }
    guard standing.isComplete, let spread = standing.ranking.first?.spread else {
      return "trial \(best) is the best so far; it was not trained with other seeds"
    }
    let figures = String(format: "%@ %.4f ± %.4f", metric, spread.mean, spread.deviation)
    guard let (first, second) = standing.tie else {
      return "trial \(best) is the best: \(figures) of \(SearchStanding.seeds) seeds"
    }
    return "trial \(first.trial) is the best: \(figures); the difference from trial \(second.trial) is "
      + "within the deviation, so either may be better"
  }
}

extension RecipeKey {
  /// - Parameter open: the text for a value that is chosen to suit the texts.
  fileprivate func text(in recipe: TrainingRecipe, orWhere open: String) -> String {
    recipe.leavesOpen(self) ? open : text(in: recipe)
  }
}
