import DiscernIO
import DiscernModels
import DiscernVocabulary

/// A lower bound of the bytes that training a wide model needs: the table of n-grams, the texts' rows, and
/// the solver's memory for every n-gram.
package struct NGramMemory: Equatable, Sendable {
  /// The memory of the solver and of evaluation for every text and label.
  package let answers: Int
  /// Counts and factors of n-grams.
  package let table: Int
  /// The texts' sparse rows, and the rows of counts that they are made from.
  package let rows: Int
  /// One bundle of problems, and the weights of all problems: as solved, side by side, and rounded.
  package let solver: Int
  private let configuration: NGramConfiguration

  /// - Parameters:
  ///   - featureCount: the number of n-grams; nil: not counted yet, so that the fewest possible are assumed.
  ///   - textCount: the number of texts; 0: unknown.
  ///   - entryCount: the number of different n-grams in each text, summed over all texts; 0: unknown.
  package init(
    _ configuration: NGramConfiguration, _ heads: [HeadConfiguration], featureCount: Int? = nil,
    textCount: Int = 0, entryCount: Int = 0
  ) {
    let features = featureCount ?? configuration.hashBits.map { 1 << $0 } ?? 1
    let columns = heads.reduce(0) { $0 + NGramClassifier.columnCount($1) }
    let lanes = heads.map(Self.lanes).max() ?? 1
    let usesRatios = heads.allSatisfy { head in
      WideCandidate.list(head.kind, configuration).allSatisfy(\.usesRatios)
    }
    self.configuration = configuration
    let outputs = heads.reduce(0) { $0 + $1.outputCount }
    // The probabilities and, with ratios, squares of a bundle; the logits of held-out texts.
    answers = Self.product(
      textCount, (WideBundle.padded(lanes) * (usesRatios ? 2 : 1) + outputs / 10) * MemoryLayout<Float>.size)
    // Each n-gram's document count and factor, and a reader's counters.
    table = Self.product(features, MemoryLayout<Int32>.size + MemoryLayout<Float>.size + 8)
    // Each entry's number and value; while these are made, also its number and count.
    rows = Self.product(entryCount, 8 + 6)
    solver = Self.sum([
      Self.product(features, WideBundle.padded(lanes) * (usesRatios ? 2 : 1) * MemoryLayout<Float>.size),
      Self.product(features, 2 * columns * MemoryLayout<Float>.size + columns),
    ])
  }

  /// The lanes of a head's smallest problem.
  private static func lanes(_ head: HeadConfiguration) -> Int {
    switch head.kind {
    case .classes(count: 2), .labels: 1
    case .classes(let count): count
    }
  }

  package var total: Int { Self.sum([answers, table, rows, solver]) }

  /// - Throws: `MemoryShortage` with the flags that help most.
  package func check(against limit: SystemMemory.Limit) throws(MemoryShortage) {
    guard total > limit.bytes else { return }
    let advice =
      if answers > Self.sum([table, rows, solver]) {
        "merge rare labels: so many labels are learned side by side"
      } else if rows > Self.sum([table, solver]) {
        "lower --word-ngrams or --letter-ngrams, or raise --ngram-min-count"
      } else if configuration.hashBits != nil {
        "lower --ngram-hash-bits"
      } else {
        "lower --max-ngrams, or raise --ngram-min-count"
      }
    throw MemoryShortage(purpose: "training the n-grams", needed: total, limit: limit, advice: advice)
  }

  private static func product(_ count: Int, _ bytes: Int) -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: bytes)
    return overflow ? .max : product
  }

  private static func sum(_ parts: [Int]) -> Int {
    parts.reduce(0) { total, part in
      let (sum, overflow) = total.addingReportingOverflow(part)
      return overflow ? .max : sum
    }
  }
}
