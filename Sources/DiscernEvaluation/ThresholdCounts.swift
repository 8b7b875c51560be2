import DiscernSystem

/// The numbers of examples that get a label, and of correct ones among them, at each threshold of a grid.
package struct ThresholdCounts {
  /// The grid in log odds: steps of a tenth from -7 to 7, 0 (one half) among them.
  package static let grid = (-70...70).map { Double($0) / 10 }
  /// The place of one half in the grid.
  static let middle = 70

  private let labelCount: Int
  /// [labels, grid]
  private var given: [Int32]
  private var correct: [Int32]
  /// [labels] the number of examples that have each.
  private(set) var positives: [Int]

  init(labelCount: Int) {
    self.labelCount = labelCount
    given = [Int32](repeating: 0, count: labelCount * Self.grid.count)
    correct = given
    positives = [Int](repeating: 0, count: labelCount)
  }

  /// The counts of the given rows.
  package init(_ predictions: MultiLabelPredictions, rows: [Int]) {
    self.init(labelCount: predictions.labelCount)
    let size = Self.grid.count
    for row in rows {
      for label in 0..<labelCount {
        let place = row * labelCount + label
        let holds = predictions.isTrue[place]
        if holds { positives[label] += 1 }
        let last = Self.last(reachedBy: predictions.probabilities[place])
        if last < 0 { continue }
        given[label * size + last] += 1
        if holds { correct[label * size + last] += 1 }
      }
    }
    // A score that reaches a threshold reaches all lower ones.
    for label in 0..<labelCount {
      for place in (label * size..<(label + 1) * size - 1).reversed() {
        given[place] += given[place + 1]
        correct[place] += correct[place + 1]
      }
    }
  }

  /// The probability at each place of the grid; exactly one half in its middle.
  package static let probabilities = grid.map(probability)

  static func probability(_ odds: Double) -> Float { Float(1 / (1 + exp(-odds))) }

  /// The last place whose threshold a probability reaches; -1: none.
  private static func last(reachedBy probability: Float) -> Int {
    var (low, high) = (0, probabilities.count)
    while low < high {
      let middle = (low + high) / 2
      if probabilities[middle] <= probability { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }

  mutating func add(_ other: ThresholdCounts, sign: Int32 = 1) {
    for place in given.indices {
      given[place] += sign * other.given[place]
      correct[place] += sign * other.correct[place]
    }
    for label in positives.indices { positives[label] += Int(sign) * other.positives[label] }
  }

  /// The place with the largest value; among equal ones, the nearest to one half.
  private static func best(_ value: (Int) -> Double) -> Int {
    var best = (place: middle, value: value(middle))
    for distance in 1...middle {
      for place in [middle + distance, middle - distance] {
        let value = value(place)
        // Sums in different orders may differ in their last bits.
        if value > best.value + 1e-12 { best = (place, value) }
      }
    }
    return best.place
  }

  private func f1(_ label: Int, _ place: Int) -> Double {
    let index = label * Self.grid.count + place
    let both = Int(given[index]) + positives[label]
    return both == 0 ? 0 : 2 * Double(correct[index]) / Double(both)
  }

  /// The place of the best common threshold of all labels by an average of F1, and that average.
  package func common(_ average: MultiLabelAverage) -> (place: Int, f1: Double) {
    let size = Self.grid.count
    func value(_ place: Int) -> Double {
      switch average {
      case .macro:
        return (0..<labelCount).reduce(0) { $0 + f1($1, place) } / Double(labelCount)
      case .micro:
        var (right, both) = (0, 0)
        for label in 0..<labelCount {
          right += Int(correct[label * size + place])
          both += Int(given[label * size + place]) + positives[label]
        }
        return both == 0 ? 0 : 2 * Double(right) / Double(both)
      }
    }
    let place = Self.best(value)
    return (place, value(place))
  }

  /// The place of a label's own threshold: the one with its best F1, or the one that raises micro F1 most
  /// from `f1` for all labels (a step of Dinkelbach's method, with the largest 2 · correct − F1 · given).
  package func own(_ label: Int, _ average: MultiLabelAverage, f1: Double) -> Int {
    switch average {
    case .macro: return Self.best { self.f1(label, $0) }
    case .micro:
      return Self.best { place in
        let index = label * Self.grid.count + place
        return 2 * Double(correct[index]) - f1 * Double(given[index])
      }
    }
  }
}
