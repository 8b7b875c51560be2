/// Labels of the data that are probably wrong, found by confident learning (Northcutt, Jiang and Chuang 2021,
/// “Confident learning: estimating uncertainty in dataset labels”, section 3.1).
///
/// A class's threshold is the mean of its probability over the examples that have it as their label. An
/// example belongs confidently to the most probable of the classes whose thresholds its probabilities reach.
/// It is suspected if that class is not its label, and its label is not the most probable class. The
/// probabilities must come from a model that has not seen these labels.
package struct LabelSuspicions: Sendable {
  package struct Suspicion: Sendable, Equatable {
    /// The index of the example.
    package let row: Int
    /// The label that it has; nil for one that it lacks, in a multi-label task.
    package let given: Int?
    /// The label that it should have; nil for one that it should not have, in a multi-label task.
    package let suggested: Int?
    /// The probability of the suggested label minus that of the given one, which is negative at times if a
    /// third one is the most probable. In a multi-label task, the probability that the label is wrong minus
    /// that it is right, 0...1.
    package let margin: Double
  }

  /// The largest margin first.
  package let suspicions: [Suspicion]
  /// The estimated share of wrong labels, 0...1: from the number of examples with each label that confidently
  /// belong to another class.
  package let estimatedShare: Double

  /// Cost: O(n·C).
  package init(_ predictions: ProbabilisticPredictions) {
    let classCount = predictions.classCount
    let joint = ConfidentJoint(
      probabilities: predictions.probabilities, classCount: classCount, labels: predictions.labels)
    suspicions = Self.sorted(
      joint.disagreements.compactMap { row, guess in
        let given = Int(predictions.labels[row])
        if Int(predictions.predictedLabels[row]) == given { return nil }
        let values = predictions.probabilities[row * classCount..<(row + 1) * classCount]
        return Suspicion(
          row: row, given: given, suggested: guess,
          margin: values[values.startIndex + guess] - values[values.startIndex + given])
      })
    estimatedShare = joint.estimatedShare
  }

  /// Each label is treated separately, as a task of two classes.
  package init(_ predictions: MultiLabelPredictions) {
    var found: [Suspicion] = []
    var shares = 0.0
    for label in 0..<predictions.labelCount {
      let (scores, isTrue) = predictions.column(label)
      let joint = ConfidentJoint(
        probabilities: scores.flatMap { [1 - Double($0), Double($0)] }, classCount: 2,
        labels: isTrue.map { $0 ? 1 : 0 })
      shares += joint.estimatedShare
      for (row, _) in joint.disagreements {
        let score = Double(scores[row])
        let against = isTrue[row] ? 1 - score : score
        if against <= 0.5 { continue }
        found.append(
          Suspicion(
            row: row, given: isTrue[row] ? label : nil, suggested: isTrue[row] ? nil : label,
            margin: 2 * against - 1))
      }
    }
    suspicions = Self.sorted(found)
    estimatedShare = shares / Double(predictions.labelCount)
  }

  package init(_ predictions: TaskPredictions) {
    switch predictions {
    case .singleLabel(let predictions): self.init(predictions)
    case .multiLabel(let predictions): self.init(predictions)
    }
  }

  private static func sorted(_ suspicions: [Suspicion]) -> [Suspicion] {
    suspicions.sorted { a, b in
      a.margin != b.margin
        ? a.margin > b.margin
        : (a.row, a.given ?? -1, a.suggested ?? -1) < (b.row, b.given ?? -1, b.suggested ?? -1)
    }
  }
}

/// The examples that confidently belong to each class.
struct ConfidentJoint {
  /// The examples that confidently belong to a class other than their label, and that class.
  let disagreements: [(row: Int, guess: Int)]
  /// The share of wrong labels, if the examples with each label are divided among classes as its confident
  /// ones are.
  let estimatedShare: Double

  init(probabilities: [Double], classCount: Int, labels: [Int32]) {
    var sums = [Double](repeating: 0, count: classCount)
    var counts = [Int](repeating: 0, count: classCount)
    for (row, label) in labels.enumerated() {
      sums[Int(label)] += probabilities[row * classCount + Int(label)]
      counts[Int(label)] += 1
    }
    // A class without an example has no threshold, and is never suggested.
    let thresholds = zip(sums, counts).map { $1 == 0 ? .infinity : $0 / Double($1) - Self.rounding }
    var disagreements: [(row: Int, guess: Int)] = []
    var (confident, agreeing) = (
      [Int](repeating: 0, count: classCount), [Int](repeating: 0, count: classCount)
    )
    for (row, label) in labels.enumerated() {
      var guess: Int?
      for column in 0..<classCount {
        let value = probabilities[row * classCount + column]
        guard value >= thresholds[column] else { continue }
        if guess.map({ value > probabilities[row * classCount + $0] }) ?? true { guess = column }
      }
      guard let guess else { continue }
      confident[Int(label)] += 1
      if guess == Int(label) { agreeing[guess] += 1 } else { disagreements.append((row, guess)) }
    }
    self.disagreements = disagreements
    var wrong = 0.0
    for label in 0..<classCount where confident[label] > 0 {
      let others = Double(confident[label] - agreeing[label])
      wrong += Double(counts[label]) * others / Double(confident[label])
    }
    estimatedShare = wrong / Double(labels.count)
  }

  /// Allows the only example of a class to reach its own mean.
  private static let rounding = 1e-6
}
