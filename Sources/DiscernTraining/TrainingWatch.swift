/// Detects `TrainingWarning`s; reports each only once per weight or label.
package struct TrainingWatch: Codable, Sendable {
  private var told: Set<String> = []
  /// By task.
  private var lastLabels: [String: Int32] = [:]

  package init() {}

  package mutating func warnings(_ gradients: GradientMeter) -> [TrainingWarning] {
    let parts = gradients.rootMeanSquares
    let largest = parts.map(\.value).max() ?? 0
    var result: [TrainingWarning] = []
    // An exactly zero gradient means the weight is unused, such as recurrent weights if all texts have one
    // word.
    for (name, value) in parts where value > 0 && value < min(1e-8, largest * 1e-5) {
      // It adds the same to the scores of all keys, so that its gradient is only rounding error.
      if name.hasSuffix("attention.self.key.bias") { continue }
      if told.insert("vanishing " + name).inserted {
        result.append(.vanishingGradient(parameter: name, rootMeanSquare: value))
      }
    }
    for (name, norm) in gradients.meanNorms.sorted(by: { $0.key < $1.key }) where norm > 100 {
      if told.insert("exploding " + name).inserted {
        result.append(.explodingGradient(parameter: name, norm: norm))
      }
    }
    return result
  }

  /// Warns of one label for almost all texts, in two successive epochs or the last one: at the beginning it
  /// is normal.
  ///
  /// - Parameters:
  ///   - task: its name.
  ///   - predicted: the predicted labels of the development texts.
  ///   - labels: their true labels.
  ///   - isLast: whether no epoch follows.
  package mutating func warning(
    task: String = "", predicted: [Int32], labels: [Int32], isLast: Bool
  ) -> TrainingWarning? {
    let limit = 0.95 * Double(labels.count)
    var counts: [Int32: Int] = [:]
    for label in predicted { counts[label, default: 0] += 1 }
    let found = counts.first { label, count in
      Double(count) >= limit && Double(labels.count { $0 == label }) < limit
    }
    defer { lastLabels[task] = found?.key }
    guard let (label, count) = found, isLast || label == lastLabels[task],
      told.insert("label \(label) \(task)").inserted
    else { return nil }
    return .oneClass(
      task: task, label: Int(label), predictedShare: Double(count) / Double(labels.count),
      share: Double(labels.count { $0 == label }) / Double(labels.count))
  }
}
