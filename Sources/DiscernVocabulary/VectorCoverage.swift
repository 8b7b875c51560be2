/// The coverage of a vocabulary by the vectors of a file.
public struct VectorCoverage: Sendable, Equatable {
  /// The number of components of the file's vectors.
  public let dimension: Int
  /// The number of rows in the file.
  public let rowCount: Int
  /// The number of the vocabulary's words, without the special tokens.
  public let wordCount: Int
  /// The number of these words that have a vector.
  public let foundCount: Int
  /// The number of occurrences of the vocabulary's words in the corpus that it was built from.
  public let tokenCount: Int
  /// The number of occurrences of the words that have a vector.
  public let foundTokenCount: Int
  /// The most frequent words without a vector, in the vocabulary's order.
  public let mostFrequentMissing: [String]

  /// The share of words that have a vector, 0 to 1; 0 for an empty vocabulary.
  public var wordShare: Double { wordCount == 0 ? 0 : Double(foundCount) / Double(wordCount) }
  /// The share of known tokens that have a vector, 0 to 1; 0 without counts.
  public var tokenShare: Double { tokenCount == 0 ? 0 : Double(foundTokenCount) / Double(tokenCount) }
}

extension WordVectors {
  /// The coverage of a vocabulary by a file, which is read and checked as by `load`; it is no error if no
  /// word has a vector. `listing` is the maximum number of missing words to name.
  public static func coverage(
    path: String, vocabulary: Vocabulary, dimension: Int? = nil, listing: Int = 20
  ) throws(WordVectorsError) -> VectorCoverage {
    let file = try VectorFile(path: path, vocabulary: vocabulary, dimension: dimension)
    var isFound = [Bool](repeating: false, count: vocabulary.count)
    for part in file.parts { for id in part.ids { isFound[Int(id)] = true } }
    let words = 2..<vocabulary.count
    let found = words.filter { isFound[$0] }
    return VectorCoverage(
      dimension: file.dimension, rowCount: file.rowCount, wordCount: words.count, foundCount: found.count,
      tokenCount: words.reduce(0) { $0 + vocabulary.tokenCount(at: $1) },
      foundTokenCount: found.reduce(0) { $0 + vocabulary.tokenCount(at: $1) },
      mostFrequentMissing: words.lazy.filter { !isFound[$0] }.prefix(listing).map(vocabulary.token(at:)))
  }
}
