import DiscernCorpus
import DiscernTensor
import DiscernVocabulary

/// Some texts of a corpus, packed: sorted by length (longest first), time-major, without padding.
///
/// N texts with S tokens in all, U distinct words among them.
package struct PackedBatch: Sendable {
  /// [N] the index in the corpus of each sequence's text.
  package let indices: [Int]
  /// [U] the batch's distinct words, in order of first appearance: ids, and -1 - i for word i of `letters`.
  package let distinctIDs: [Int32]
  /// The distinct unknown words that have letters.
  package let letters: LetterBags
  /// [V] the letters of the known words, if training may read them.
  package let knownLetters: LetterBags?
  /// [S] the distinct word of each token.
  package let tokenRows: TokenRows
  /// [N, F] the sequences' vectors, if they are already computed.
  package let vectors: [Float]?
  package let layout: PackedLayout
  /// The same texts sentence by sentence; nil if the sentences are not known.
  package let sentences: PackedSentences?

  /// N texts.
  package var textCount: Int { indices.count }
  /// S tokens of all texts together.
  package var tokenCount: Int { layout.tokenCount }

  /// Packs the texts of the given indices; each must have at least one token. Texts of equal length
  /// keep their order. Cost: O(S).
  package init(_ texts: EncodedTexts, indices: [Int]) {
    let sorted = indices.enumerated().sorted { a, b in
      let (la, lb) = (texts.length(a.element), texts.length(b.element))
      return la != lb ? la > lb : a.offset < b.offset
    }.map(\.element)
    self.indices = sorted
    let layout = PackedLayout(lengths: sorted.map(texts.length))
    self.layout = layout
    var rowOfToken: [Int32] = []
    rowOfToken.reserveCapacity(layout.tokenCount)
    var words = DistinctWords(tokenCount: layout.tokenCount)
    let starts = sorted.map { texts.offsets[$0] }
    precondition(texts.letters?.textCount ?? texts.count == texts.count, "letters of other texts")
    // By sequence: its next unknown word.
    var unknown = texts.letters.map { letters in sorted.map { letters.words(of: $0).lowerBound } } ?? []
    texts.tokenIDs.withUnsafeBufferPointer { ids in
      for step in 0..<layout.stepCount {
        for sequence in 0..<layout.batchSizes[step] {
          let id = ids[starts[sequence] + step]
          if id == Vocabulary.unknownID, let letters = texts.letters {
            rowOfToken.append(words.row(ofLetters: letters[unknown[sequence]]))
            unknown[sequence] += 1
          } else {
            rowOfToken.append(words.row(of: id))
          }
        }
      }
    }
    distinctIDs = words.known.ids
    letters = words.letters
    knownLetters = texts.letters?.ofKnown
    vectors = texts.vectors.map { vectors in sorted.flatMap { vectors[$0] } }
    let tokenRows = TokenRows(rowOfToken: rowOfToken, rowCount: words.known.ids.count)
    self.tokenRows = tokenRows
    precondition(texts.sentences?.textCount ?? texts.count == texts.count, "sentences of other texts")
    sentences = texts.sentences.map { own in
      PackedSentences(starts: sorted.map { own[$0] }, layout, tokenRows)
    }
  }

  /// Sequences of rows that are not words.
  init(_ layout: PackedLayout) {
    indices = Array(0..<layout.sequenceCount)
    distinctIDs = []
    letters = LetterBags()
    knownLetters = nil
    tokenRows = TokenRows(rowOfToken: [], rowCount: 0)
    vectors = nil
    self.layout = layout
    sentences = nil
  }

  /// The token ids as a padded matrix: row i is the text `indices[i]`, followed by `<pad>` (0).
  ///
  /// - Returns: ids row-major [N, T] with T the longest length, and the lengths [N].
  package func padded() -> (ids: [Int32], lengths: [Int]) {
    let (count, steps) = (layout.sequenceCount, layout.stepCount)
    var ids = [Int32](repeating: 0, count: count * steps)
    for step in 0..<steps {
      for sequence in 0..<layout.batchSizes[step] {
        let row = tokenRows.rowOfToken[layout.offsets[step] + sequence]
        let id = distinctIDs[Int(row)]
        ids[sequence * steps + step] = id < 0 ? Vocabulary.unknownID : id
      }
    }
    return (ids, layout.lengths)
  }
}

/// Numbers words in the order of their first appearance.
private struct DistinctWords {
  private(set) var known: DistinctIDs
  private(set) var letters = LetterBags()
  /// The rows of the unknown words of each hash.
  private var rowsOfLetters: [Int32: [Int32]] = [:]

  init(tokenCount: Int) { known = DistinctIDs(count: tokenCount) }

  mutating func row(of id: Int32) -> Int32 { known.row(of: id) }

  /// The row of an unknown word; words with the same buckets have the same vector, and so share a row.
  mutating func row(ofLetters bag: ArraySlice<Int32>) -> Int32 {
    if bag.isEmpty { return row(of: Vocabulary.unknownID) }
    let word = letters.count
    letters.append(bag)
    let hash = letters.hash(word)
    for row in rowsOfLetters[hash] ?? [] where letters[Int(-1 - known.ids[Int(row)])] == bag {
      letters.removeLast()
      return row
    }
    let row = known.append(Int32(-1 - word))
    rowsOfLetters[hash, default: []].append(row)
    return row
  }
}

extension PackedBatch {
  /// [U] the key of each distinct word's random draws: its id, or for an unknown word a negative number that
  /// depends on its letters alone, not on the batch.
  var drawKeys: [Int32] { distinctIDs.map { $0 < 0 ? -1 - letters.hash(Int(-1 - $0)) : $0 } }
}

extension EncodedTexts {
  /// The inverse of padding: row i's first `lengths[i]` ids are text i.
  package init(unpadding ids: [Int32], lengths: [Int]) {
    self.init()
    let steps = lengths.isEmpty ? 0 : ids.count / lengths.count
    precondition(
      ids.count == lengths.count * steps && lengths.allSatisfy { $0 >= 0 && $0 <= steps },
      "\(ids.count) ids for \(lengths.count) rows")
    for (row, length) in lengths.enumerated() { append(ids[row * steps..<row * steps + length]) }
  }
}
