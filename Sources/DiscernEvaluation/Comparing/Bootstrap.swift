import DiscernIO

/// Resamples of the examples with replacement (Efron 1979), to estimate the figures on other data of the same
/// kind and size.
///
/// A resample depends only on the seed and its number, so that intervals have the same bits on every machine
/// and with any number of threads, as far as the figures do. Cost: that of the figures, times the resamples.
package struct Bootstrap: Sendable, Hashable {
  package static let usualReplicates = 1000
  /// Resamples of fewer examples are too much alike to show how other data would differ.
  private static let leastExamples = 30

  /// Whether there are too few examples to generalise.
  package static func isTooFew(_ examples: Int) -> Bool { examples < leastExamples }

  /// The number of resamples.
  package let replicates: Int
  package let seed: UInt64

  package init(replicates: Int = Self.usualReplicates, seed: UInt64 = 1) {
    precondition(replicates > 0, "an interval needs resamples")
    self.replicates = replicates
    self.seed = seed
  }

  /// Counts how often each example is drawn in a resample.
  ///
  /// - Parameter weights: [n].
  package func draw(_ replicate: Int, into weights: inout [Int32]) {
    let stream = RandomStream(seed: seed, purpose: .resampling, counter: replicate)
    let count = weights.count
    weights.withUnsafeMutableBufferPointer { weights in
      weights.update(repeating: 0)
      for index in 0..<count {
        weights[Int(stream.bits(index).multipliedFullWidth(by: UInt64(count)).high)] += 1
      }
    }
  }

  /// The figures of some classifiers on the same resamples of the same examples: [classifiers, resamples,
  /// measures].
  package func resamples(of classifiers: [WeightedMeasures]) -> [[[Double?]]] {
    guard let count = classifiers.first?.exampleCount else { return [] }
    precondition(classifiers.allSatisfy { $0.exampleCount == count }, "the same examples for all")
    var values = [[[Double?]]](repeating: [], count: classifiers.count)
    var weights = [Int32](repeating: 0, count: count)
    for replicate in 0..<replicates {
      draw(replicate, into: &weights)
      for (index, classifier) in classifiers.enumerated() { values[index].append(classifier.values(weights)) }
    }
    return values
  }

  /// A classifier's figures with their intervals.
  package func figures(of classifier: WeightedMeasures) -> [MeasuredFigure] {
    MeasuredFigure.list(classifier, resamples: resamples(of: [classifier])[0])
  }
}
