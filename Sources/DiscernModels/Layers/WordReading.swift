import DiscernTensor
import DiscernVocabulary

/// How some of a batch's distinct words are read: known ones by their own row, unknown ones by the sum of the
/// row of `<unk>` and the mean of their letters' rows.
struct WordReading {
  /// The distinct rows of the table of words.
  let words: [Int32]
  /// The distinct rows of the table of letters.
  let buckets: [Int32]
  /// How the words' vectors are composed of both.
  let structure: RowParts

  /// - Parameters:
  ///   - ids: ids as in `PackedBatch.distinctIDs`.
  ///   - isByLetters: whether a known word is read as if it were unknown.
  /// - Returns: nil if every word is read by its own row.
  init?(_ ids: [Int32], _ batch: PackedBatch, isByLetters: ((Int32) -> Bool)?) {
    var rows: [(row: Int, bag: ArraySlice<Int32>)] = []
    for (row, id) in ids.enumerated() {
      if id < 0 {
        rows.append((row, batch.letters[Int(-1 - id)]))
      } else if let known = batch.knownLetters, let isByLetters, isByLetters(id), !known[Int(id)].isEmpty {
        rows.append((row, known[Int(id)]))
      }
    }
    if rows.isEmpty { return nil }
    var words: [Int32] = []
    var sources: [Int32] = []
    sources.reserveCapacity(ids.count)
    var unknown: Int32 = -1
    var next = 0
    for (row, id) in ids.enumerated() {
      if next < rows.count, rows[next].row == row {
        sources.append(-1)
        next += 1
        continue
      }
      if id == Vocabulary.unknownID { unknown = Int32(words.count) }
      sources.append(Int32(words.count))
      words.append(id)
    }
    if unknown < 0 {
      unknown = Int32(words.count)
      words.append(Vocabulary.unknownID)
    }
    for (row, _) in rows { sources[row] = unknown }
    var distinct = DistinctIDs(count: rows.reduce(0) { $0 + $1.bag.count })
    let parts = rows.map { row, bag in (row: row, parts: bag.map { distinct.row(of: $0) }) }
    self.words = words
    buckets = distinct.ids
    structure = RowParts(
      sources: sources, sourceCount: words.count, parts: parts, partCount: distinct.ids.count)
  }
}
