import DiscernIO

/// Word vectors for a vocabulary, read from a GloVe text file, a word2vec or fastText `.vec` file, or the
/// binary files of word2vec and fastText.
///
/// Row `id` of the table belongs to the token with that id. `<pad>` is all zeros, and so is `<unk>` unless
/// the file has it: training may never meet an unknown word, and an arbitrary vector would then bias the
/// prediction for every later text that has one. The vector of another token without one in the file is drawn
/// from the normal distribution with the mean and the standard deviation of all numbers that were found; its
/// draw depends only on the seed and its id.
public struct WordVectors: Sendable {
  /// The words whose vectors these are.
  public let vocabulary: Vocabulary
  /// The number of components of a vector.
  public let dimension: Int
  /// All vectors, row-major. [vocabulary.count, dimension]
  public let rows: [Float]
  /// By id, whether the file has a vector for it.
  public let found: [Bool]
  /// The number of words that have one, without `<unk>`.
  public let foundCount: Int
  /// The number of rows in the file, duplicates included.
  public let rowCount: Int
  /// The format of the file.
  public let format: VectorFormat
  /// The number of rows of the vocabulary's words that were skipped because an earlier row has the same word.
  public let repeatedRowCount: Int
  /// The number of rows that were skipped because they have no visible token.
  public let rowsWithoutTokenCount: Int
  /// The mean over all components of all vectors found.
  public let mean: Double
  /// The standard deviation over all components of all vectors found (divided by their number).
  public let standardDeviation: Double

  /// Reads the vectors of a vocabulary's words, or of every token if `vocabulary` is nil.
  ///
  /// The file may be plain, gzip, xz, zstandard, bzip2, or a zip or tar of one file, and is streamed. In
  /// text, fields are separated by spaces (0x20), or by spaces and tabs if most of the first rows have them,
  /// and by nothing else; lines by newlines, with or without a carriage return; blank lines are skipped and a
  /// byte order mark is dropped. A token is everything before the last `dimension` fields. If a token has
  /// several rows, the first counts. Rows whose token has only spaces and invisible characters are skipped.
  /// The number of rows in a header must be right.
  ///
  /// For fastText's binary models a word's vector is the one printed by `fasttext print-word-vectors`: the
  /// mean of its own row and those of its letter n-grams, up to rounding. Compressed ones (`.ftz`) are
  /// refused.
  ///
  /// With a vocabulary, the first 1,000 lines, the rows of its words and a last line without a newline are
  /// checked number by number; the others are only checked to be long enough. Without one, every row is
  /// checked, and every token must be valid UTF-8.
  ///
  /// Cost: one pass; memory for the rows kept, twice that while parts of a plain file are joined.
  ///
  /// - Parameters:
  ///   - dimension: the number of components, at least 1; nil: that of the header or most of the first lines.
  ///   - seed: of the draws for words without a vector.
  ///   - isInterrupted: called from time to time on the calling thread; if true, reading ends with
  ///     `InputError.interrupted`.
  /// - Throws: `WordVectorsError`, naming line and column (the field's number); also if not one word has
  ///   a vector.
  public static func load(
    path: String, vocabulary: Vocabulary?, dimension: Int? = nil, seed: UInt64,
    isInterrupted: () -> Bool = { false }
  ) throws(WordVectorsError) -> WordVectors {
    let file = try withoutActuallyEscaping(isInterrupted) { isInterrupted throws(WordVectorsError) in
      try VectorFile(
        path: path, vocabulary: vocabulary, dimension: dimension, isInterrupted: isInterrupted)
    }
    return try WordVectors(file, path: path, vocabulary: vocabulary, seed: seed)
  }

  private init(_ file: VectorFile, path: String, vocabulary given: Vocabulary?, seed: UInt64)
    throws(WordVectorsError)
  {
    let dimension = file.dimension
    let parts = file.parts
    // The ids of each part's rows. If a token has several rows, the first stays.
    var vocabulary = given ?? Vocabulary(words: TokenTable(), counts: [0, 0])
    var targets: [[Int]] = []
    if given != nil {
      targets = parts.map { $0.ids.map(Int.init) }
    } else {
      var words = TokenTable()
      for part in parts {
        targets.append(
          (0..<part.tokens.count).map { index in
            Array(part.tokens[index]).withUnsafeBufferPointer { Int(words.insert($0)) + 2 }
          })
      }
      vocabulary = Vocabulary(words: words, counts: [Int](repeating: 0, count: words.count + 2))
    }
    var rows = [Float](repeating: 0, count: vocabulary.count * dimension)
    var found = [Bool](repeating: false, count: vocabulary.count)
    for (part, targets) in zip(parts, targets) {
      for (index, id) in targets.enumerated() where !found[id] {
        found[id] = true
        rows.replaceSubrange(
          id * dimension..<(id + 1) * dimension,
          with: part.values[index * dimension..<(index + 1) * dimension])
      }
    }
    foundCount = found.count { $0 }
    if let row = parts.lazy.compactMap(\.unknownRow).first {
      found[Int(Vocabulary.unknownID)] = true
      rows.replaceSubrange(dimension..<2 * dimension, with: row)
    }
    format = file.format
    // Including the first row of a later part, if an earlier part has the word.
    let keptRowCount = targets.reduce(0) { $0 + $1.count }
    repeatedRowCount = parts.reduce(0) { $0 + $1.repeatedCount } + keptRowCount - foundCount
    rowsWithoutTokenCount = parts.reduce(0) { $0 + $1.invisibleCount }
    guard foundCount > 0 else {
      throw .noneFound(path: path, words: vocabulary.count - 2, rows: file.rowCount)
    }
    let (mean, deviation) = Self.moments(rows, found: found, dimension: dimension)
    for id in 2..<found.count where !found[id] {
      let stream = RandomStream(seed: seed, purpose: .missingVectors, counter: id)
      for j in 0..<dimension {
        rows[id * dimension + j] = Float(mean + deviation * Double(stream.normal(j)))
      }
    }
    self.vocabulary = vocabulary
    self.dimension = dimension
    self.mean = mean
    standardDeviation = deviation
    self.rows = rows
    self.found = found
    rowCount = file.rowCount
  }

  /// The mean and the standard deviation. Sums are taken in the order of the ids, so that they do not depend
  /// on that of the file, and in eight partial sums, which the processor can add at the same time.
  private static func moments(_ rows: [Float], found: [Bool], dimension: Int) -> (Double, Double) {
    func sum(_ term: (SIMD8<Double>) -> SIMD8<Double>) -> Double {
      rows.withUnsafeBufferPointer { rows in
        var sums = SIMD8<Double>.zero
        var rest = 0.0
        for id in found.indices where found[id] {
          var index = id * dimension
          let end = index + dimension
          while index + 8 <= end {
            let raw = UnsafeRawBufferPointer(rows)
            let values = raw.loadUnaligned(
              fromByteOffset: index * MemoryLayout<Float>.stride, as: SIMD8<Float>.self)
            sums += term(SIMD8<Double>(values))
            index += 8
          }
          while index < end {
            rest += term(SIMD8(repeating: Double(rows[index])))[0]
            index += 1
          }
        }
        return sums.sum() + rest
      }
    }
    let count = Double(found.count { $0 } * dimension)
    let mean = sum { $0 } / count
    let squares = sum { ($0 - mean) * ($0 - mean) }
    return (mean, (squares / count).squareRoot())
  }
}
