/// The quality of retrieval, by the rank of the first correct answer in each query's list.
public struct RetrievalScores: Codable, Hashable, Sendable {
  /// The number of queries.
  public let queryCount: Int
  /// [k] by rank from 1, the number of queries whose first right answer has that rank.
  public let places: [Int]

  /// - Parameter ranks: by query, the rank of its first right answer, from 1; nil: none was found.
  public init(queryCount: Int, ranks: [Int?]) {
    self.queryCount = queryCount
    var places = [Int](repeating: 0, count: ranks.compactMap(\.self).max() ?? 0)
    for case .some(let rank) in ranks { places[rank - 1] += 1 }
    self.places = places
  }

  /// The share of queries with a right answer among their first k, 0...1; 0 without queries.
  public func recall(at k: Int) -> Double {
    queryCount == 0 ? 0 : Double(places.prefix(k).reduce(0, +)) / Double(queryCount)
  }

  /// The mean of 1 / the rank of the first right answer; 0 for queries without one.
  public var meanReciprocalRank: Double {
    let sum = places.enumerated().reduce(0) { $0 + Double($1.element) / Double($1.offset + 1) }
    return queryCount == 0 ? 0 : sum / Double(queryCount)
  }
}
