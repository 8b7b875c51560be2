/// The expected calibration error of decisions, each of which counts a whole number of times.
struct WeightedCalibration: Sendable {
  private let confidences: [Double]
  private let isCorrect: [Bool]
  /// The bin of each decision.
  private let bins: [UInt8]
  private let decisionsOfExample: Int

  static let binCount = 15

  /// - Parameter decisionsOfExample: the number of successive decisions for each example.
  init(confidences: [Double], isCorrect: [Bool], decisionsOfExample: Int) {
    self.confidences = confidences
    self.isCorrect = isCorrect
    self.decisionsOfExample = decisionsOfExample
    bins = confidences.map { UInt8(CalibrationCurve.bin(of: $0, count: Self.binCount)) }
  }

  /// - Parameter weights: of the examples, not all 0.
  func error(_ weights: [Int32]) -> Double {
    var counts = [Int](repeating: 0, count: Self.binCount)
    var correct = counts
    var sums = [Double](repeating: 0, count: Self.binCount)
    var place = 0
    for weight in weights {
      if weight == 0 {
        place += decisionsOfExample
        continue
      }
      for _ in 0..<decisionsOfExample {
        let bin = Int(bins[place])
        counts[bin] += Int(weight)
        if isCorrect[place] { correct[bin] += Int(weight) }
        sums[bin] += Double(weight) * confidences[place]
        place += 1
      }
    }
    let total = counts.reduce(0, +)
    let gaps = (0..<Self.binCount).reduce(0) { $0 + abs(Double(correct[$1]) - sums[$1]) }
    return total == 0 ? 0 : gaps / Double(total)
  }
}
