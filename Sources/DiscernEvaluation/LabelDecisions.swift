/// The predicted and the true labels of examples, reduced to the counts that F1 needs.
struct LabelDecisions {
  /// An average of F1.
  enum Average: CaseIterable {
    /// Over all decisions together.
    case micro
    /// The mean over the labels; one without true or given examples counts as 0.
    case macro
    /// The mean over the examples; one without true or given labels counts as 0.
    case samples
  }

  private struct Tally {
    var correct = 0
    /// The number of given labels plus that of true labels.
    var both = 0

    mutating func add(isTrue: Bool, isGiven: Bool) {
      correct += isTrue && isGiven ? 1 : 0
      both += (isTrue ? 1 : 0) + (isGiven ? 1 : 0)
    }

    var f1: Double { both == 0 ? 0 : 2 * Double(correct) / Double(both) }
  }

  /// The share of examples with all labels right.
  let accuracy: Double
  private let labels: [Tally]
  private let examples: [Tally]
  private let all: Tally
  private let isGiven: [Bool]

  /// - Parameter isGiven: row-major [n, C].
  init(_ predictions: MultiLabelPredictions, isGiven: [Bool]) {
    let count = predictions.labelCount
    var labels = [Tally](repeating: Tally(), count: count)
    var examples = [Tally](repeating: Tally(), count: predictions.exampleCount)
    var all = Tally()
    var exact = 0
    for row in examples.indices {
      for label in 0..<count {
        let (holds, given) = (predictions.isTrue[row * count + label], isGiven[row * count + label])
        if !holds && !given { continue }
        labels[label].add(isTrue: holds, isGiven: given)
        examples[row].add(isTrue: holds, isGiven: given)
        all.add(isTrue: holds, isGiven: given)
      }
      exact += examples[row].both == 2 * examples[row].correct ? 1 : 0
    }
    accuracy = Double(exact) / Double(predictions.exampleCount)
    self.labels = labels
    self.examples = examples
    self.all = all
    self.isGiven = isGiven
  }

  func f1(_ average: Average) -> Double {
    switch average {
    case .micro: all.f1
    case .macro: labels.reduce(0) { $0 + $1.f1 } / Double(labels.count)
    case .samples: examples.reduce(0) { $0 + $1.f1 } / Double(examples.count)
    }
  }

  /// [n] the influence of each example on the figure; the influences sum to 0, except for rounding. The
  /// variance of the difference between two figures is the sum of the squared differences between their
  /// influences.
  func influence(_ average: Average, on predictions: MultiLabelPredictions) -> [Double] {
    let count = labels.count
    func part(_ own: Tally, _ whole: Tally) -> Double {
      whole.both == 0 ? 0 : (2 * Double(own.correct) - whole.f1 * Double(own.both)) / Double(whole.both)
    }
    switch average {
    case .micro: return examples.map { part($0, all) }
    case .samples:
      let mean = f1(.samples)
      return examples.map { ($0.f1 - mean) / Double(examples.count) }
    case .macro:
      return examples.indices.map { row in
        var sum = 0.0
        for label in 0..<count {
          let (holds, given) = (predictions.isTrue[row * count + label], isGiven[row * count + label])
          if !holds && !given { continue }
          var own = Tally()
          own.add(isTrue: holds, isGiven: given)
          sum += part(own, labels[label])
        }
        return sum / Double(count)
      }
    }
  }
}
