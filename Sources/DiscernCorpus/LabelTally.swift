/// How often each label of a task is among some texts.
package struct LabelTally: Sendable, Equatable {
  /// Whether a text has any number of labels.
  package let isMultiLabel: Bool
  /// [labels] the texts with each of them.
  package private(set) var counts: [Int]
  /// The texts whose labels are known.
  package private(set) var known = 0
  /// [labels] the weights of the texts with each of them, added in the texts' order.
  package private(set) var weights: [Double]
  /// The weights of the texts whose labels are known.
  package private(set) var knownWeight = 0.0

  package init(labelCount: Int, isMultiLabel: Bool) {
    self.isMultiLabel = isMultiLabel
    counts = [Int](repeating: 0, count: labelCount)
    weights = [Double](repeating: 0, count: labelCount)
  }

  /// - Parameter weights: [texts]; nil: all 1.
  package init(_ labels: TaskLabels, labelCount: Int, weights: [Float]? = nil) {
    self.init(labelCount: labelCount, isMultiLabel: labels.sets != nil)
    for text in labels.numbers.indices {
      guard let ids = labels.ids(text) else { continue }
      add(ids, weight: weights?[text] ?? 1)
    }
  }

  /// Adds a text with these labels.
  package mutating func add(_ ids: [Int32], weight: Float) {
    known += 1
    knownWeight += Double(weight)
    for id in ids {
      counts[Int(id)] += 1
      weights[Int(id)] += Double(weight)
    }
  }
}
