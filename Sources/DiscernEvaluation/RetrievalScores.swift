/// The quality of retrieval, by the rank of the first correct answer in each query's list.
public struct RetrievalScores: Codable, Hashable, Sendable {
  /// The number of queries.
  public let queryCount: Int
  /// [k] by k from 1: how many queries have their first right answer at that place.
  public let places: [Int]

  /// - Parameter ranks: by query, the place of its first right answer from 1; nil: it was not found.
  public init(queryCount: Int, ranks: [Int?]) {
    self.queryCount = queryCount
    var places = [Int](repeating: 0, count: ranks.compactMap(\.self).max() ?? 0)
    for case .some(let rank) in ranks { places[rank - 1] += 1 }
    self.places = places
  }

  /// The share of the queries that have a right answer among their first k, 0...1; 0 without queries.
  public func recall(at k: Int) -> Double {
    queryCount == 0 ? 0 : Double(places.prefix(k).reduce(0, +)) / Double(queryCount)
  }

  /// The mean of 1 / the first right answer's place; of queries without one 0.
  public var meanReciprocalRank: Double {
    let sum = places.enumerated().reduce(0) { $0 + Double($1.element) / Double($1.offset + 1) }
    return queryCount == 0 ? 0 : sum / Double(queryCount)
  }
}
