import DiscernBundle
import DiscernIO
import DiscernModels
import DiscernTensor

/// Vectors of the searchable items. Search is exact: each query is compared with every vector.
///
/// Cost: a hundred thousand vectors of 384 numbers take 150 MB, and the search for one query reads all of
/// them.
public struct MatchIndex: Sendable {
  /// An item that was found.
  public struct Match: Sendable, Equatable {
    /// Its index among the indexed items, from 0.
    public let row: Int
    /// The line that it was read from, from 1; without one, `row` + 1.
    public let line: Int
    /// The cosine of the two vectors, -1...1.
    public let score: Float
    /// The text found; nil if vectors were indexed.
    public let text: String?
  }

  let file: MatchIndexFile
  private let rows: NearestRows

  init(_ file: MatchIndexFile, _ compute: Compute) {
    self.file = file
    rows = NearestRows.of(file.vectors, size: file.size, compute: compute)
  }

  /// The number of vectors.
  public var count: Int { file.count }

  /// Writes it to a safetensors file, completely or not at all.
  ///
  /// - Throws: `DiscernError.match`.
  public func write(to path: String) throws(DiscernError) {
    try wrapping(DiscernError.ofMatchFile) { () throws(BundleError) in try file.write(to: path) }
  }

  func nearest(_ queries: [Float], count: Int) -> [[Match]] {
    rows.nearest(to: queries, wanted: count).map { found in
      found.map { found in
        Match(
          row: found.row, line: file.lines[found.row], score: found.product, text: file.texts?[found.row])
      }
    }
  }
}

extension TextMatcher {
  /// Creates an index of texts.
  ///
  /// - Parameters:
  ///   - texts: at least one.
  ///   - lines: the line from which each was read; nil: counted from 1.
  /// - Throws: `DiscernError.conflict` for a model whose right side is given vectors; `.text`; `.match` if
  ///   there are no texts; `.vector`.
  public func index(of texts: [String], lines: [Int]? = nil) throws(DiscernError) -> MatchIndex {
    try requireAny(texts.count)
    let vectors = try vectors(of: texts, side: .right)
    return index(vectors.flatMap(\.vector), lines ?? Array(1...texts.count), texts)
  }

  /// Creates an index of vectors in a file (`.npy` or safetensors), for a model whose right side is given
  /// vectors.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - tensor: the name in a safetensors file that has several matrices.
  /// - Throws: `DiscernError.conflict`, `.match`; `.vector` for a row whose vector is not finite.
  public func index(ofVectors path: String, tensor: String? = nil) throws(DiscernError) -> MatchIndex {
    let features = try features(path, tensor)
    let vectors = matcher.vectors(ofFeatures: features.values, compute: compute)
    try DiscernError.requireFinite(vectors, size: vectorSize)
    return index(vectors, Array(1...features.rows), nil)
  }

  /// The vectors of a file, which must have the size that the model was trained with.
  func features(_ path: String, _ tensor: String?) throws(DiscernError) -> MatrixFile {
    try requireVectors()
    let file = try wrapping(DiscernError.ofMatchFile) { () throws(BundleError) in
      try MatrixFile(path: path, tensor: tensor)
    }
    try requireFit(file, path)
    return file
  }

  func requireVectors() throws(DiscernError) {
    guard matcher.configuration.right == .vectors else {
      throw .conflict("the model's right side reads texts, not vectors; give texts")
    }
  }

  func requireFit(_ file: MatrixFile, _ path: String) throws(DiscernError) {
    guard file.columns == matcher.configuration.featureCount else {
      throw .match(
        .featureCount(path: path, got: file.columns, expected: matcher.configuration.featureCount))
    }
  }

  private func requireAny(_ count: Int) throws(DiscernError) {
    if count == 0 { throw .match(.tooFew(part: "candidates", count: 0, needed: 1)) }
  }

  private func index(_ vectors: [Float], _ lines: [Int], _ texts: [String]?) -> MatchIndex {
    MatchIndex(
      MatchIndexFile(vectors: vectors, size: vectorSize, lines: lines, texts: texts, model: digest), compute)
  }

  /// Reads an index that this model created.
  ///
  /// - Throws: `DiscernError.match` for one that is damaged, or of another model.
  public func index(contentsOf path: String) throws(DiscernError) -> MatchIndex {
    let digest = digest
    return MatchIndex(
      try wrapping(DiscernError.ofMatchFile) { () throws(BundleError) in
        try MatchIndexFile(path: path, size: vectorSize, model: digest)
      }, compute)
  }

  /// The index's vectors nearest to each text, nearest first; all of them if the index has fewer than
  /// `count`.
  ///
  /// - Parameters:
  ///   - texts: the queries.
  ///   - index: an index created by this model.
  ///   - count: at least 1.
  /// - Throws: `DiscernError.text`, `.vector`.
  public func search(
    _ texts: [String], in index: MatchIndex, count: Int = 10
  ) throws(DiscernError) -> [[MatchIndex.Match]] {
    precondition(count > 0, "\(count) matches wanted")
    return index.nearest(try vectors(of: texts).flatMap(\.vector), count: count)
  }
}
