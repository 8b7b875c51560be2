/// The difference of a figure between two classifiers, on the same examples.
package struct PairedDifference: Sendable, Equatable, Encodable {
  package let measure: Measure
  /// The second's figure minus the first's.
  package let difference: Double?
  /// The interval of the same difference on resamples, as `MeasuredFigure.interval`.
  package let interval: ConfidenceInterval?
  /// Twice the share of resamples on which the difference is 0 or has the other sign, at most 1; one is added
  /// to both counts, so that it is never 0.
  package let pValue: Double?

  /// - Parameters:
  ///   - first, second: classifiers, and their figures on resamples, [resamples, measures].
  static func list(
    _ first: (classifier: WeightedMeasures, resamples: [[Double?]]),
    _ second: (classifier: WeightedMeasures, resamples: [[Double?]])
  ) -> [PairedDifference] {
    let values = zip(first.classifier.values, second.classifier.values).map(Self.difference)
    return first.classifier.measures.enumerated().map { index, measure in
      let differences = zip(first.resamples, second.resamples).map { difference($0[index], $1[index]) }
      let interval = values[index] == nil ? nil : ConfidenceInterval(differences)
      return PairedDifference(
        measure: measure, difference: values[index], interval: interval,
        pValue: interval.map { _ in pValue(differences.compactMap { $0 }) })
    }
  }

  private static func difference(_ first: Double?, _ second: Double?) -> Double? {
    first.flatMap { first in second.map { $0 - first } }
  }

  private static func pValue(_ differences: [Double]) -> Double {
    let smaller = min(differences.count { $0 <= 0 }, differences.count { $0 >= 0 })
    return min(1, 2 * Double(smaller + 1) / Double(differences.count + 1))
  }

  private enum CodingKeys: String, CodingKey { case difference, low, high, pValue }

  /// The measure is not included: it is the key of this object.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(difference, forKey: .difference)
    try container.encode(interval?.low, forKey: .low)
    try container.encode(interval?.high, forKey: .high)
    try container.encode(pValue, forKey: .pValue)
  }
}

/// Classifiers on the same examples: the figures of each, and its differences from the first.
package struct PairedMeasures: Sendable {
  /// [classifiers] [measures].
  package let figures: [[MeasuredFigure]]
  /// [classifiers − 1] [measures] of each after the first.
  package let differences: [[PairedDifference]]

  package init(_ classifiers: [WeightedMeasures], _ bootstrap: Bootstrap) {
    let resamples = bootstrap.resamples(of: classifiers)
    let pairs = Array(zip(classifiers, resamples))
    figures = pairs.map { MeasuredFigure.list($0, resamples: $1) }
    differences = pairs.dropFirst().map { PairedDifference.list(pairs[0], $0) }
  }
}
