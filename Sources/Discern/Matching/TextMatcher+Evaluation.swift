import DiscernBundle
import DiscernCorpus
import DiscernEvaluation
import DiscernModels
import DiscernTensor
import DiscernTraining

extension TextMatcher {
  /// Measures how well texts find their partners.
  ///
  /// For pairs: any second text paired with the query, among all distinct second texts. For labels: any text
  /// with the same label, among the candidates or all other texts of the data. For vectors: any of the
  /// query's vectors.
  ///
  /// - Parameters:
  ///   - data: the queries with their partners.
  ///   - candidates: for labels, the texts to search instead of the data's own.
  ///   - onStage: called on the calling thread.
  ///   - isInterrupted: called from time to time while data is read.
  /// - Throws: `DiscernError`.
  public func evaluate(
    _ data: MatchData, candidates: MatchData? = nil, onStage: (MatchStage) -> Void = { _ in },
    isInterrupted: () -> Bool = { false }
  ) throws(DiscernError) -> RetrievalScores {
    let encoding = MatchEncoding(encoder)
    func examples(_ data: MatchData, _ part: String) throws(DiscernError) -> (MatchExamples, MatchRows) {
      if case .vectors = data.kind { try requireVectors() }
      let rows = try MatchRows(data, isInterrupted: isInterrupted)
      if let file = rows.features, case .vectors(let path, _) = data.kind { try requireFit(file, path) }
      let (examples, _) = try encoding.examples(rows, data, compute, part: part, onStage, isInterrupted)
      return (examples, rows)
    }
    if matcher.configuration.right == .vectors, data.kind.name != "vectors" {
      throw .conflict("the model matches texts with vectors; give the vectors (--features)")
    }
    let (queries, rows) = try examples(data, "queries")
    guard let candidates else {
      let usable = queries.usable
      if usable.count < queries.count {
        onStage(.withoutPartner(queries.count - usable.count, part: "queries"))
      }
      if usable.isEmpty { throw .match(.tooFew(part: "queries", count: 0, needed: 1)) }
      // Texts without a partner remain candidates.
      let vectors = MatchVectors(queries, matcher, compute)
      for side in [vectors.left, vectors.right] { try DiscernError.requireFinite(side, size: vectorSize) }
      return vectors.scores(queries, compute, of: usable)
    }
    guard case .labels = data.kind, case .labels = candidates.kind else {
      throw .conflict(
        "separate candidates are only for labels; with pairs the second texts are the "
          + "candidates")
    }
    let (own, otherRows) = try examples(candidates, "candidates")
    // By name, since the two number their labels separately.
    let numbers = Dictionary(
      uniqueKeysWithValues: otherRows.labelNames.enumerated().map { ($1, Int32($0)) })
    let wanted = rows.labels.map { numbers[rows.labelNames[Int($0)]] }
    let usable = wanted.indices.filter { wanted[$0] != nil }
    if usable.count < queries.count {
      onStage(.withoutPartner(queries.count - usable.count, part: "queries"))
    }
    if usable.isEmpty { throw .match(.tooFew(part: "queries", count: 0, needed: 1)) }
    let size = vectorSize
    let vectors = matcher.vectors(queries.left, .left, compute: compute)
    let others = matcher.vectors(own.left, .right, compute: compute)
    for side in [vectors, others] { try DiscernError.requireFinite(side, size: size) }
    return RetrievalScores(
      queryCount: usable.count,
      ranks: RetrievalScores.ranks(
        queries: usable.flatMap { vectors[$0 * size..<($0 + 1) * size] },
        candidates: others, size: size, compute: compute, leftOut: { _ in nil }
      ) { own.leftKeys[$1] == wanted[usable[$0]] })
  }
}

extension MatchEncoding {
  /// Encodes with a model's own vocabulary.
  init(_ encoder: TextEncoder) {
    self.encoder = encoder
    transformer = nil
  }
}
