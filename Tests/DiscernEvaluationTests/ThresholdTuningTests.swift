import DiscernEvaluation
import Foundation
import TestSupport
import Testing

/// Predictions as of a news archive: labels by Zipf's law, most of them rare, and log odds that know
/// something of the truth.
struct NewsPredictions {
  var labelCount = 115
  /// The share of examples with the most frequent label.
  var top = 0.5
  /// The shift and the scale of the log odds, and their random part.
  var shift = 0.0
  var scale = 1.0
  var noise = 0.5
  /// The additional shift of each label's log odds.
  var labelShift = 0.0
  /// The priors' log odds for which a text's own evidence, of deviation 3, has the shares of Zipf's law.
  private var offsets: [Double] = []
  private var shifts: [Double] = []

  init(seed: UInt64, _ change: (inout NewsPredictions) -> Void = { _ in }) {
    change(&self)
    var random = SeededGenerator(seed: seed &+ 1000)
    shifts = (0..<labelCount).map { _ in labelShift * Self.normal(&random) }
    let sample = (0..<400).map { _ in 3 * Self.normal(&random) }
    offsets = (0..<labelCount).map { label in
      let wanted = top / Double(label + 1)
      var (low, high) = (-30.0, 10.0)
      for _ in 0..<25 {
        let middle = (low + high) / 2
        let share = sample.reduce(0) { $0 + Self.sigmoid($1 + middle) } / Double(sample.count)
        if share > wanted { high = middle } else { low = middle }
      }
      return low
    }
  }

  static func sigmoid(_ odds: Double) -> Double { 1 / (1 + exp(-odds)) }

  static func normal(_ random: inout SeededGenerator) -> Double {
    (-2 * log(Double.random(in: 1e-12..<1, using: &random))).squareRoot()
      * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
  }

  func make(_ count: Int, seed: UInt64) throws -> MultiLabelPredictions {
    var random = SeededGenerator(seed: seed)
    var probabilities: [Float] = []
    var labels: [[Int32]] = []
    for _ in 0..<count {
      var own: [Int32] = []
      for label in 0..<labelCount {
        let odds = offsets[label] + 3 * Self.normal(&random)
        if Double.random(in: 0..<1, using: &random) < Self.sigmoid(odds) { own.append(Int32(label)) }
        let seen = scale * (odds + noise * Self.normal(&random)) + shift + shifts[label]
        probabilities.append(Float(Self.sigmoid(seen)))
      }
      labels.append(own)
    }
    return try MultiLabelPredictions(probabilities: probabilities, labelCount: labelCount, labels: labels)
  }
}

/// Micro, macro and sample F1 at some thresholds.
private func figures(_ predictions: MultiLabelPredictions, _ thresholds: [Float]) -> [Double] {
  let count = thresholds.count
  // Correct ones, and given and true ones together.
  var labels = [(right: Int, both: Int)](repeating: (0, 0), count: count)
  var samples = 0.0
  for row in 0..<predictions.exampleCount {
    var own = (right: 0, both: 0)
    for label in 0..<count {
      let isGiven = predictions.probabilities[row * count + label] >= thresholds[label]
      let holds = predictions.isTrue[row * count + label]
      let (right, both) = (isGiven && holds ? 1 : 0, (isGiven ? 1 : 0) + (holds ? 1 : 0))
      own = (own.right + right, own.both + both)
      labels[label] = (labels[label].right + right, labels[label].both + both)
    }
    samples += f1(own)
  }
  func f1(_ counts: (right: Int, both: Int)) -> Double {
    counts.both == 0 ? 0 : 2 * Double(counts.right) / Double(counts.both)
  }
  let all = labels.reduce((right: 0, both: 0)) { ($0.right + $1.right, $0.both + $1.both) }
  return [
    f1(all), labels.reduce(0) { $0 + f1($1) } / Double(count), samples / Double(predictions.exampleCount),
  ]
}

private func half(_ count: Int) -> [Float] { Array(repeating: 0.5, count: count) }

@Suite struct ThresholdTuningTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let texts: Int
    let change: @Sendable (inout NewsPredictions) -> Void

    init(_ description: String, _ texts: Int, _ change: @escaping @Sendable (inout NewsPredictions) -> Void) {
      self.description = description
      self.texts = texts
      self.change = change
    }
  }

  static let cases = [
    Case("many labels, few texts", 150) { _ in },
    Case("many labels, fewer texts that say little", 150) { $0.noise = 3 },
    Case("labels that are rarer still", 300) { $0.top = 0.1 },
    Case("probabilities too small", 250) { $0.shift = -2 },
    Case("probabilities too large", 250) { $0.shift = 1.5 },
    Case("a handful of texts", 40) { $0.labelCount = 10 },
    Case("common labels of other scales", 1500) {
      $0.labelCount = 12
      $0.labelShift = 1.5
    },
  ]

  /// On fresh texts no average of F1 is below that at one half, by more than chance; in the mean of several
  /// draws by far less.
  @Test(arguments: cases, [MultiLabelAverage.micro, .macro])
  func freshTextsAreNotWorse(example: Case, average: MultiLabelAverage) throws {
    var sums = [0.0, 0, 0]
    let draws = 3
    for seed in 1...UInt64(draws) {
      let news = NewsPredictions(seed: seed, example.change)
      let tuned = ThresholdTuning(try news.make(example.texts, seed: seed), by: average)
      let fresh = try news.make(500, seed: seed + 100)
      let (before, after) = (figures(fresh, half(news.labelCount)), figures(fresh, tuned.thresholds))
      for (index, pair) in zip(before, after).enumerated() {
        #expect(pair.1 > pair.0 - 0.03, "\(seed): \(before) \(after) \(tuned.manner)")
        sums[index] += (pair.1 - pair.0) / Double(draws)
      }
    }
    #expect(sums.allSatisfy { $0 > -0.012 }, "\(sums)")
  }

  @Test func whatIsFarOffGains() throws {
    let small = NewsPredictions(seed: 3) { $0.shift = -2 }
    let tuned = ThresholdTuning(try small.make(300, seed: 1))
    let fresh = try small.make(800, seed: 2)
    let (before, after) = (figures(fresh, half(small.labelCount)), figures(fresh, tuned.thresholds))
    for (before, after) in zip(before, after) { #expect(after > before + 0.15) }
    #expect(tuned.tuned.micro > tuned.untuned.micro + 0.15)
  }

  @Test(arguments: [MultiLabelAverage.micro, .macro])
  func commonLabelsGainByTheirOwnThresholds(average: MultiLabelAverage) throws {
    let news = NewsPredictions(seed: 5) {
      $0.labelCount = 12
      $0.labelShift = 1.5
    }
    let predictions = try news.make(1500, seed: 1)
    let tuned = ThresholdTuning(predictions, by: average)
    #expect(tuned.manner == .own)
    let fresh = try news.make(1500, seed: 2)
    let (before, after) = (figures(fresh, half(12)), figures(fresh, tuned.thresholds))
    let index = average == .micro ? 0 : 1
    #expect(after[index] > before[index] + 0.03, "\(before) \(after)")
    // Labels with few positives have the common one.
    let positives = (0..<12).map { label in (0..<1500).count { predictions.isTrue[$0 * 12 + label] } }
    for (positives, threshold) in zip(positives, tuned.thresholds) where positives < 10 {
      #expect(threshold == tuned.common)
    }
    #expect(tuned.ownCount == positives.count { $0 >= 10 })
  }

  /// The former method, which must not return: each label's threshold with the best F1 on these very texts.
  @Test func rareLabelsAreNotGivenToEverything() throws {
    let news = NewsPredictions(seed: 7) { $0.noise = 2 }
    let predictions = try news.make(200, seed: 1)
    let tuned = ThresholdTuning(predictions, by: .macro)
    let fresh = try news.make(500, seed: 2)
    let given = zip(0..., fresh.probabilities).count { $1 >= tuned.thresholds[$0 % 115] }
    let holding = fresh.isTrue.count { $0 }
    #expect(given < 2 * holding, "\(given) labels given where \(holding) hold")
  }

  @Test func nothingToFindLeavesOneHalf() throws {
    let none = try MultiLabelPredictions(probabilities: [0.9, 0.1], labelCount: 1, labels: [[], []])
    #expect(ThresholdTuning(none).thresholds == [0.5])
    #expect(ThresholdTuning(none).manner == .untuned)
    let one = try MultiLabelPredictions(probabilities: [0.2, 0.7, 0.4], labelCount: 3, labels: [[1]])
    #expect(ThresholdTuning(one).thresholds == [0.5, 0.5, 0.5])
    // All correct already.
    let right = try MultiLabelPredictions(
      probabilities: (0..<200).map { $0 % 2 == 0 ? 0.8 : 0.2 }, labelCount: 1,
      labels: (0..<200).map { $0 % 2 == 0 ? [0] : [] })
    #expect(ThresholdTuning(right).thresholds == [0.5])
  }

  @Test func theGridFindsTheBestOfItself() throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      let predictions = try NewsPredictions(seed: seed) { $0.labelCount = 6 }.make(80, seed: seed)
      let counts = ThresholdCounts(predictions, rows: Array(0..<80))
      let all = ThresholdCounts.probabilities.map { figures(predictions, Array(repeating: $0, count: 6)) }
      let (micro, macro) = (counts.common(.micro), counts.common(.macro))
      #expect(abs(all[micro.place][0] - (all.map { $0[0] }.max() ?? 0)) < 1e-9)
      #expect(abs(all[macro.place][1] - (all.map { $0[1] }.max() ?? 0)) < 1e-9)
      #expect(abs(micro.f1 - all[micro.place][0]) < 1e-9 && abs(macro.f1 - all[macro.place][1]) < 1e-9)
      for label in 0..<6 {
        let isTrue = (0..<80).map { predictions.isTrue[$0 * 6 + label] }
        func f1(_ threshold: Float) -> Double {
          let isGiven = (0..<80).map { predictions.probabilities[$0 * 6 + label] >= threshold }
          let both = isTrue.count { $0 } + isGiven.count { $0 }
          return both == 0 ? 0 : 2 * Double(zip(isTrue, isGiven).count { $0 && $1 }) / Double(both)
        }
        let best = ThresholdCounts.probabilities.map(f1).max() ?? 0
        let own = ThresholdCounts.probabilities[counts.own(label, .macro, f1: macro.f1)]
        #expect(abs(f1(own) - best) < 1e-9)
      }
    }
  }

  /// The score by which epochs are compared does not grow with the number of random labels.
  @Test func chanceIsNotPraised() throws {
    var random = SeededGenerator(seed: 1)
    let (count, labelCount) = (60, 200)
    let labels = (0..<count).map { _ in
      (0..<Int32(labelCount)).filter { _ in Double.random(in: 0..<1, using: &random) < 0.03 }
    }
    let predictions = try MultiLabelPredictions(
      probabilities: (0..<count * labelCount).map { _ in Float.random(in: 0...1, using: &random) },
      labelCount: labelCount, labels: labels)
    let scores = predictions.crossFittedScores(by: .macro)
    #expect(scores.macroF1 < 0.08 && scores.microF1 < 0.08)
  }
}
