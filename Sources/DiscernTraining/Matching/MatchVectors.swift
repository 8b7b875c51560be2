import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor

/// A matcher's vectors of examples, and their retrieval scores.
package struct MatchVectors: Sendable {
  /// [N, D] of the texts.
  package let left: [Float]
  /// [N, D] of their partners; with labels, of the texts themselves by the right tower.
  package let right: [Float]
  private let size: Int

  package init(_ examples: MatchExamples, _ matcher: Matcher, _ compute: Compute) {
    size = matcher.configuration.vectorSize
    left = matcher.vectors(examples.left, .left, compute: compute)
    switch examples.partners {
    case .texts(let texts): right = matcher.vectors(texts, .right, compute: compute)
    case .vectors(let given): right = matcher.vectors(ofFeatures: given.values, compute: compute)
    case .labels:
      right = matcher.isShared ? left : matcher.vectors(examples.left, .right, compute: compute)
    }
  }

  package var isFinite: Bool { left.allSatisfy(\.isFinite) && right.allSatisfy(\.isFinite) }

  /// The scores of retrieval among the examples: for pairs, of a text's partner among all different partners;
  /// with labels, of another text of the same label among all other texts.
  ///
  /// - Parameter queries: the examples that serve as queries; nil: all.
  package func scores(
    _ examples: MatchExamples, _ compute: Compute, of queries: [Int]? = nil
  ) -> RetrievalScores {
    let isByLabel = if case .labels = examples.partners { true } else { false }
    // The first of equal partners represents all.
    var known = Set<Int32>()
    let candidates =
      isByLabel
      ? Array(0..<examples.count)
      : (0..<examples.count).filter { known.insert(examples.rightKeys[$0]).inserted }
    let partners = examples.partnersByText
    let queries = queries ?? Array(0..<examples.count)
    return RetrievalScores(
      queryCount: queries.count,
      ranks: RetrievalScores.ranks(
        queries: queries.flatMap { left[$0 * size..<($0 + 1) * size] },
        candidates: candidates.flatMap { right[$0 * size..<($0 + 1) * size] }, size: size,
        compute: compute, leftOut: { isByLabel ? queries[$0] : nil }
      ) { query, candidate in
        let query = queries[query]
        let other = candidates[candidate]
        return isByLabel
          ? examples.leftKeys[query] == examples.leftKeys[other]
          : partners[examples.leftKeys[query]]?.contains(examples.rightKeys[other]) == true
      })
  }
}

extension MatchExamples {
  /// The expected recall at 1 of candidates in random order, 0...1, as `MatchVectors.scores` measures it;
  /// each example must have a partner.
  package var chance: Double {
    if case .labels(let labels) = partners {
      let counts = labels.reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }
      let right = counts.values.reduce(0) { $0 + $1 * ($1 - 1) }
      return Double(right) / Double(max(1, count * (count - 1)))
    }
    let partners = partnersByText
    let right = leftKeys.reduce(0) { $0 + (partners[$1]?.count ?? 0) }
    return Double(right) / Double(max(1, count * Set(rightKeys).count))
  }

  /// By a text's key, the keys of all its partners.
  package var partnersByText: [Int32: Set<Int32>] {
    var result: [Int32: Set<Int32>] = [:]
    for text in 0..<count { result[leftKeys[text], default: []].insert(rightKeys[text]) }
    return result
  }
}

extension RetrievalScores {
  /// The number of nearest candidates that are examined.
  package static let depth = 10

  /// The rank of each query's first right answer among its `depth` nearest candidates, from 1; nil: none of
  /// them is right.
  ///
  /// - Parameters:
  ///   - queries, candidates: rows of `size` numbers.
  ///   - leftOut: the candidate that does not count for a query, because it is the query itself; nil: all
  ///     count.
  ///   - isRight: whether a candidate is a right answer to a query.
  package static func ranks(
    queries: [Float], candidates: [Float], size: Int, compute: Compute, leftOut: (_ query: Int) -> Int?,
    isRight: (_ query: Int, _ candidate: Int) -> Bool
  ) -> [Int?] {
    NearestRows.of(candidates, size: size, compute: compute).nearest(to: queries, wanted: depth + 1)
      .enumerated().map { query, found in
        let own = leftOut(query)
        return found.lazy.map(\.row).filter { $0 != own }.prefix(depth)
          .firstIndexAsPlace { isRight(query, $0) }
      }
  }
}

extension Sequence<Int> {
  fileprivate func firstIndexAsPlace(where isWanted: (Int) -> Bool) -> Int? {
    for (place, element) in enumerated() where isWanted(element) { return place + 1 }
    return nil
  }
}
