/// How much of a corpus a vocabulary covers.
public struct VocabularyCoverage: Sendable, Equatable {
  /// A word outside the vocabulary and how often it occurs in the corpus.
  public struct UnknownWord: Sendable, Equatable {
    /// The word.
    public let token: String
    /// The number of its occurrences.
    public let count: Int
  }

  /// The number of distinct tokens of the corpus.
  public let typeCount: Int
  /// The number of these that the vocabulary has.
  public let knownTypeCount: Int
  /// The number of tokens of the corpus.
  public let tokenCount: Int
  /// The number of these that the vocabulary has.
  public let knownTokenCount: Int
  /// The most frequent words outside the vocabulary, by descending count, then by ascending bytes.
  public let mostFrequentUnknown: [UnknownWord]

  /// The share of distinct tokens that the vocabulary has, 0 to 1; 0 for an empty corpus.
  public var typeShare: Double { typeCount == 0 ? 0 : Double(knownTypeCount) / Double(typeCount) }
  /// The share of tokens that the vocabulary has, 0 to 1; 0 for an empty corpus.
  public var tokenShare: Double { tokenCount == 0 ? 0 : Double(knownTokenCount) / Double(tokenCount) }
}

extension Vocabulary {
  /// The share of the tokens counted by `corpus` that this vocabulary covers, with up to `listing` of the
  /// most frequent unknown words. Cost: one look-up for each distinct token, and sorting the unknown ones.
  public func coverage(of corpus: VocabularyBuilder, listing: Int = 20) -> VocabularyCoverage {
    let table = corpus.table
    var knownTypes = 0
    var knownTokens = 0
    var unknown: [Int] = []
    table.bytes.withUnsafeBufferPointer { bytes in
      for (index, count) in corpus.counts.enumerated() {
        let range = table.offsets[index]..<table.offsets[index + 1]
        if id(of: UnsafeBufferPointer(rebasing: bytes[range])) == Self.unknownID {
          unknown.append(index)
        } else {
          knownTypes += 1
          knownTokens += count
        }
      }
    }
    unknown.sort { corpus.precedes($0, $1) }
    return VocabularyCoverage(
      typeCount: corpus.counts.count, knownTypeCount: knownTypes, tokenCount: corpus.totalCount,
      knownTokenCount: knownTokens,
      mostFrequentUnknown: unknown.prefix(listing).map {
        .init(token: String(decoding: table[$0], as: UTF8.self), count: corpus.counts[$0])
      })
  }
}
