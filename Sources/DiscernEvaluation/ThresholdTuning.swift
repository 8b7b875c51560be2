/// Thresholds of a multi-label task, found on held-out examples.
///
/// The candidates are one half; one common threshold for all labels; and one per label, shrunk towards the
/// common one, the more the fewer positives the label has. Labels with fewer than ten use the common one,
/// which itself is shrunk towards one half if there are few positives in total. Each candidate is measured
/// out of fold: found on four fifths of the examples and measured on the last. It is used if it is better
/// than a simpler one by more than half the standard error, and in no average of F1 (micro, macro, samples)
/// worse than one half by more than the standard error of that difference. So no thresholds are judged on the
/// examples that they were found on.
///
/// Cost: about twenty passes of O(n·C); memory: 7 KB per label.
public struct ThresholdTuning: Sendable {
  /// The averages of F1.
  public struct Figures: Sendable, Equatable, Codable {
    /// Over all decisions together.
    public let micro: Double
    /// The mean over labels.
    public let macro: Double
    /// The mean over texts.
    public let samples: Double

    init(_ decisions: LabelDecisions) {
      micro = decisions.f1(.micro)
      macro = decisions.f1(.macro)
      samples = decisions.f1(.samples)
    }
  }

  /// The kind of thresholds that were chosen.
  public enum Manner: String, Sendable, Codable {
    /// One half for all labels.
    case untuned
    /// One common threshold for all labels.
    case common
    /// The labels' own thresholds if they have enough positives.
    case own
  }

  /// [C] the minimum probability at which each label is given.
  public let thresholds: [Float]
  /// The kind of thresholds.
  public let manner: Manner
  /// The threshold of labels without their own.
  public let common: Float
  /// The number of labels with their own.
  public let ownCount: Int
  /// The figures out of fold, at one half and with the chosen kind of thresholds.
  public let untuned, tuned: Figures

  /// Labels with fewer positives have the common threshold.
  public static let leastPositives = 10
  /// The total number of positives at which the common threshold is half as far from one half (in log odds)
  /// as the best.
  private static let commonStrength = 50.0
  /// The numbers of a label's positives at which its threshold is half way between the common one and its
  /// own, from simple to flexible; infinity: the common one.
  private static let strengths = [Double.infinity, 200, 50, 15]
  private static let foldCount = 5

  /// Chooses thresholds.
  ///
  /// - Parameter average: the average to maximise.
  public init(_ predictions: MultiLabelPredictions, by average: MultiLabelAverage = .micro) {
    let folds = Folds(predictions)
    let target: LabelDecisions.Average = average == .micro ? .micro : .macro
    func measured(_ strength: Double?) -> (decisions: LabelDecisions, influence: [[Double]]) {
      let decisions = LabelDecisions(
        predictions, isGiven: folds.decisions(predictions, average, strength: strength))
      return (decisions, LabelDecisions.Average.allCases.map { decisions.influence($0, on: predictions) })
    }
    /// The rise from one to another, and its standard error.
    func difference(
      _ average: LabelDecisions.Average, _ from: (decisions: LabelDecisions, influence: [[Double]]),
      _ to: (decisions: LabelDecisions, influence: [[Double]])
    ) -> (rise: Double, error: Double) {
      let place = LabelDecisions.Average.allCases.firstIndex(of: average) ?? 0
      let variance = zip(from.influence[place], to.influence[place]).reduce(0) {
        $0 + ($1.1 - $1.0) * ($1.1 - $1.0)
      }
      return (to.decisions.f1(average) - from.decisions.f1(average), variance.squareRoot())
    }
    let half = measured(nil)
    var best = (strength: Double?.none, figures: half)
    for strength in Self.strengths {
      let own = measured(strength)
      let isSafe = LabelDecisions.Average.allCases.allSatisfy { average in
        let (rise, error) = difference(average, half, own)
        return rise >= -error
      }
      let (rise, error) = difference(target, best.figures, own)
      if isSafe, rise > error / 2 { best = (strength, own) }
    }
    let positives = folds.all.positives
    let odds = Self.logOdds(folds.all, average, strength: best.strength)
    thresholds = odds.map(Self.probability)
    common = Self.probability(Self.common(folds.all, average, strength: best.strength).odds)
    ownCount =
      best.strength?.isFinite == true ? positives.count { $0 >= Self.leastPositives } : 0
    manner = best.strength.map { $0.isFinite ? .own : .common } ?? .untuned
    untuned = Figures(half.decisions)
    tuned = Figures(best.figures.decisions)
  }

  /// The log odds of the common threshold, and the F1 of the best one.
  private static func common(
    _ counts: ThresholdCounts, _ average: MultiLabelAverage, strength: Double?
  ) -> (odds: Double, f1: Double) {
    if strength == nil { return (0, 0) }
    let (place, f1) = counts.common(average)
    let positives = Double(counts.positives.reduce(0, +))
    return (ThresholdCounts.grid[place] * positives / (positives + commonStrength), f1)
  }

  private static func logOdds(
    _ counts: ThresholdCounts, _ average: MultiLabelAverage, strength: Double?
  ) -> [Double] {
    let (common, f1) = common(counts, average, strength: strength)
    guard let strength, strength.isFinite else { return counts.positives.map { _ in common } }
    return counts.positives.enumerated().map { label, positives in
      if positives < leastPositives { return common }
      let weight = Double(positives) / (Double(positives) + strength)
      return weight * ThresholdCounts.grid[counts.own(label, average, f1: f1)] + (1 - weight) * common
    }
  }

  private static func probability(_ odds: Double) -> Float { ThresholdCounts.probability(odds) }

  /// The counts of all examples and of each fifth of them.
  private struct Folds {
    let rows: [[Int]]
    let parts: [ThresholdCounts]
    let all: ThresholdCounts

    init(_ predictions: MultiLabelPredictions) {
      var rows = [[Int]](repeating: [], count: foldCount)
      // Scattered, so that no order of the examples can make the folds differ.
      for row in 0..<predictions.exampleCount {
        rows[Int((UInt64(row) &* 0x9E37_79B9_7F4A_7C15) >> 32) % foldCount].append(row)
      }
      var all = ThresholdCounts(labelCount: predictions.labelCount)
      parts = rows.map { ThresholdCounts(predictions, rows: $0) }
      for part in parts { all.add(part) }
      self.rows = rows
      self.all = all
    }

    /// [n, C] whether each label is given, at thresholds that were found without the example's own fold.
    func decisions(
      _ predictions: MultiLabelPredictions, _ average: MultiLabelAverage, strength: Double?
    ) -> [Bool] {
      let count = predictions.labelCount
      var isGiven = [Bool](repeating: false, count: predictions.probabilities.count)
      for (rows, part) in zip(rows, parts) {
        var others = all
        others.add(part, sign: -1)
        let thresholds = logOdds(others, average, strength: strength).map(probability)
        for row in rows {
          for label in 0..<count {
            isGiven[row * count + label] = predictions.probabilities[row * count + label] >= thresholds[label]
          }
        }
      }
      return isGiven
    }
  }

  /// The decisions by which epochs are compared: at one threshold for all labels, found out of fold.
  static func decisions(
    _ predictions: MultiLabelPredictions, by average: MultiLabelAverage
  ) -> LabelDecisions {
    LabelDecisions(
      predictions,
      isGiven: Folds(predictions).decisions(predictions, average, strength: .infinity))
  }
}

extension MultiLabelPredictions {
  /// F1 and the share of examples with all labels right, at one threshold for all labels, measured on other
  /// examples than it was found on: epochs are compared by these.
  public func crossFittedScores(by average: MultiLabelAverage = .micro) -> (
    accuracy: Double, microF1: Double, macroF1: Double
  ) {
    let decisions = ThresholdTuning.decisions(self, by: average)
    return (decisions.accuracy, decisions.f1(.micro), decisions.f1(.macro))
  }
}
