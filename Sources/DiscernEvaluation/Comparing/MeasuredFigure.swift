/// A figure, and its confidence interval for other data of the same kind.
package struct MeasuredFigure: Sendable, Equatable, Encodable {
  package let measure: Measure
  /// Nil if undefined.
  package let value: Double?
  /// The interval that has 95 % of the resamples; nil if the figure is undefined, or undefined in one in
  /// twenty resamples or more, such as a ranking of a class with hardly any examples.
  package let interval: ConfidenceInterval?

  /// The figures of a classifier.
  ///
  /// - Parameter resamples: [resamples, measures].
  static func list(_ classifier: WeightedMeasures, resamples: [[Double?]]) -> [MeasuredFigure] {
    zip(classifier.measures, classifier.values).enumerated().map { index, figure in
      MeasuredFigure(
        measure: figure.0, value: figure.1,
        interval: figure.1 == nil ? nil : ConfidenceInterval(resamples.map { $0[index] }))
    }
  }

  private enum CodingKeys: String, CodingKey { case value, low, high }

  /// The measure is not included: it is the key of this object.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(interval?.low, forKey: .low)
    try container.encode(interval?.high, forKey: .high)
  }
}

/// A confidence interval of 95 %.
package struct ConfidenceInterval: Sendable, Equatable {
  package let low: Double
  package let high: Double

  /// From the 2.5th to the 97.5th percentile of resampled values, interpolated between two of them if
  /// necessary (`numpy.percentile`); nil if one in twenty or more is undefined.
  package init?(_ values: [Double?]) {
    let sorted = values.compactMap { $0 }.sorted()
    guard sorted.count * 20 > values.count * 19 else { return nil }
    func percentile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place.rounded(.down))
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
    low = percentile(0.025)
    high = percentile(0.975)
  }

  /// The interval of the share of `count` in `total` (Wilson 1927), which holds for few examples, too; 0...1
  /// without any.
  package init(count: Int, of total: Int) {
    guard total > 0 else {
      (low, high) = (0, 1)
      return
    }
    // The 97.5th percentile of the normal distribution.
    let z = 1.959963984540054
    let (share, total) = (Double(count) / Double(total), Double(total))
    let denominator = 1 + z * z / total
    let middle = (share + z * z / (2 * total)) / denominator
    let half = z * (share * (1 - share) / total + z * z / (4 * total * total)).squareRoot() / denominator
    low = count == 0 ? 0 : max(0, middle - half)
    high = Double(count) == total ? 1 : min(1, middle + half)
  }
}
