/// The frequency of each label of a task among some texts.
package struct LabelTally: Sendable, Equatable {
  /// Whether a text may have any number of labels.
  package let isMultiLabel: Bool
  /// [labels] the number of texts with each label.
  package private(set) var counts: [Int]
  /// The number of texts whose labels are known.
  package private(set) var known = 0
  /// [labels] the total weight of the texts with each label, summed in the texts' order.
  package private(set) var weights: [Double]
  /// The total weight of the texts whose labels are known.
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
