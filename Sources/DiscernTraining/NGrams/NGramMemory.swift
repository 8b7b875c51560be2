import DiscernIO
import DiscernModels
import DiscernVocabulary

/// The bytes that the training of a wide model takes at the least: the table of n-grams, the texts' rows, and
/// the solver's memory for every n-gram.
package struct NGramMemory: Equatable, Sendable {
  /// The memory of the solver and of evaluation for every text and label.
  package let answers: Int
  /// Counts and factors of n-grams.
  package let table: Int
  /// The texts as sparse rows, and as those that they are made of.
  package let rows: Int
  /// One bundle of problems, and the weights of all: as solved, side by side, and rounded.
  package let solver: Int
  private let configuration: NGramConfiguration

  /// - Parameters:
  ///   - featureCount: nil: before n-grams are counted, with the fewest that there can be.
  ///   - textCount: 0: not known.
  ///   - entryCount: how many n-grams all texts have, each text's different ones; 0: not known.
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
    // Probabilities and, with ratios, squares of a bundle; logits of the texts that are held out.
    answers = Self.product(
      textCount, (WideBundle.padded(lanes) * (usesRatios ? 2 : 1) + outputs / 10) * MemoryLayout<Float>.size)
    // The number of texts with each, their factor, and a reader's counters.
    table = Self.product(features, MemoryLayout<Int32>.size + MemoryLayout<Float>.size + 8)
    // A number and a value; a number and a count beside them while they are made.
    rows = Self.product(entryCount, 8 + 6)
    solver = Self.sum([
      Self.product(features, WideBundle.padded(lanes) * (usesRatios ? 2 : 1) * MemoryLayout<Float>.size),
      Self.product(features, 2 * columns * MemoryLayout<Float>.size + columns),
    ])
  }

  /// Those of a head's smallest problem.
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
