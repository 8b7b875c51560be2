/// Synchronous successive halving (Jamieson and Talwalkar 2016), by thirds: all trials get a part of their
/// epochs, the best third continues to three times as many, and so on.
public struct SearchPlan: Sendable, Hashable {
  /// One round.
  public struct Rung: Sendable, Hashable {
    /// The maximum number of trials that take part.
    public let trials: Int
    /// The share of their epochs after which they are compared; 1 in the last.
    public let share: Double
  }

  /// The rounds in order, at least one.
  public let rungs: [Rung]

  /// The minimum number of trials that are trained to the end and with several seeds, if there are that many.
  public static let finalists = 3

  /// - Parameters:
  ///   - trials: at least 1.
  ///   - finalists: the minimum number trained to the end, if there are that many.
  public init(trials: Int, finalists: Int = SearchPlan.finalists) {
    var counts = [max(1, trials)]
    while counts.count < 3, let last = counts.last {
      let next = (last + 2) / 3
      guard next >= finalists, next < last else { break }
      counts.append(next)
    }
    rungs = counts.enumerated().map { index, count in
      var share = 1.0
      for _ in index..<counts.count - 1 { share /= 3 }
      return Rung(trials: count, share: share)
    }
  }

  /// The cost of all rungs together, in full training runs.
  public var cost: Double {
    var (cost, before) = (0.0, 0.0)
    for rung in rungs {
      cost += Double(rung.trials) * (rung.share - before)
      before = rung.share
    }
    return cost
  }

  /// The epoch after which a trial is compared.
  public static func epochs(_ share: Double, of all: Int) -> Int {
    min(all, max(1, Int((share * Double(all) - 1e-9).rounded(.up))))
  }
}
