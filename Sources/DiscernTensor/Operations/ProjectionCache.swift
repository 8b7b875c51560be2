/// The first layer's input projections of words, kept from batch to batch while weights do not change: most
/// of a text's words are among a few thousand. To be used by one thread at a time.
///
/// The words with the smallest ids, which are the most frequent, are kept once they have been seen; the
/// others are computed for each batch. A kept projection has the same bits as one that is computed again.
/// Memory: at most `byteLimit`, and no more than the words seen need.
package final class ProjectionCache {
  /// [capacity, GH] for each direction.
  private let projections: [AlignedBuffer]
  private let capacity: Int
  /// Ids below this are kept, in the first places, in the order in which they were seen.
  private let keptIDs: Int
  /// [keptIDs] the place of each word's projection, -1: not seen yet.
  private var places: [Int32]
  private var keptCount = 0

  /// - Parameters:
  ///   - otherWords: the number of words without an id that there is room for; they are computed for each
  ///     batch.
  ///   - gateSize: rows of a direction's `weight_ih`.
  package init(
    vocabularySize: Int, otherWords: Int = 0, gateSize: Int, directionCount: Int, byteLimit: Int = 64 << 20
  ) {
    let rowBytes = gateSize * directionCount * MemoryLayout<Float>.stride
    let wanted = vocabularySize + otherWords
    capacity = min(wanted, max(1, byteLimit / rowBytes))
    keptIDs = capacity == wanted ? vocabularySize : capacity * 3 / 4
    projections = (0..<directionCount).map { [capacity] _ in
      AlignedBuffer(uninitializedCount: capacity * gateSize)
    }
    places = [Int32](repeating: -1, count: keptIDs)
  }

  /// Projections of a direction from row `start` on.
  func matrix(_ direction: Int, from start: Int = 0, count: Int? = nil) -> Matrix {
    let columns = projections[direction].count / capacity
    return Matrix(
      projections[direction].pointer + start * columns, rows: count ?? capacity - start, columns: columns)
  }

  private func isKept(_ id: Int32) -> Bool { id >= 0 && id < keptIDs }

  /// Gives each of the distinct words a place.
  ///
  /// - Parameter ids: negative for words without one.
  /// - Returns: the place of each word's projection; the words whose projections must be computed, and the
  ///   first of the consecutive rows for them. `nil` if there is no room for all of them.
  func admit(_ ids: [Int32]) -> (places: [Int32], new: [Int32], start: Int)? {
    let start = keptCount
    let frequent = ids.filter { isKept($0) && places[Int($0)] < 0 }
    let rare = ids.filter { !isKept($0) }
    guard start + frequent.count + rare.count <= capacity else { return nil }
    for id in frequent {
      places[Int(id)] = Int32(keptCount)
      keptCount += 1
    }
    var nextRare = Int32(keptCount)
    let result = ids.map { id in
      if isKept(id) { return places[Int(id)] }
      nextRare += 1
      return nextRare - 1
    }
    return (result, frequent + rare, start)
  }

  /// Computes the projections of the words that have none yet; `nil` if there is no room for them.
  ///
  /// - Parameters: as for `Tape.recurrentLayer`.
  /// - Returns: [S] the row of each token's projection.
  func rows(
    ofWords words: [Int32], _ rows: TokenRows, _ directions: [RecurrentParameters],
    vectors: ([Int32]) -> Variable, on tape: Tape
  ) -> [Int32]? {
    precondition(!tape.isRecording, "kept projections have no gradient")
    guard let (places, new, start) = admit(words) else { return nil }
    if !new.isEmpty {
      tape.project(
        vectors(new).value, directions,
        into: directions.indices.map { matrix($0, from: start, count: new.count) })
    }
    return rows.rowOfToken.map { places[Int($0)] }
  }
}

extension Tape {
  /// The first recurrent layer over a batch's distinct words, without gradients; `nil` if the cache cannot
  /// hold them.
  ///
  /// - Parameters:
  ///   - words: [U] ids.
  ///   - rows: the distinct word of each token.
  ///   - vectors: maps ids to the layer's inputs.
  package func recurrentLayer(
    words: [Int32], rows: TokenRows, layout: PackedLayout, directions: [RecurrentParameters],
    cache: ProjectionCache, vectors: ([Int32]) -> Variable
  ) -> Variable? {
    guard let rowOfToken = cache.rows(ofWords: words, rows, directions, vectors: vectors, on: self) else {
      return nil
    }
    let run = beginForward(directions, layout: layout)
    _ = runForward(
      run, directions, directions.map { recurrentWeights($0, nil) },
      projections: directions.indices.map { cache.matrix($0) }, rowOfToken: rowOfToken, layout: layout)
    return run.output
  }
}
