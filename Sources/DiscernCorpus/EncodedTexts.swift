import DiscernVocabulary

/// Texts as token ids, in one flat array.
///
/// Text `i` is `tokenIDs[offsets[i]..<offsets[i + 1]]`; `offsets` has one entry more than there are texts.
/// Cost: 4 bytes per token, 8 bytes per text.
public struct EncodedTexts: Sendable, Equatable {
  /// [tokens] the ids of all texts, one text after the other.
  public private(set) var tokenIDs: [Int32] = []
  /// [texts + 1] the start of each text in `tokenIDs`, and the end of the last one.
  public private(set) var offsets: [Int] = [0]
  /// [texts] the texts' rows of n-grams, for a model of n-grams; nil for others.
  package var ngrams: NGramRows?
  /// The letters of the unknown words, for a model that reads them; nil for others.
  package var letters: TextLetters?
  /// Where the texts' sentences begin, for a model that reads them one by one; nil for others.
  package var sentences: TextSentences?
  /// [texts] their vectors, if computed in advance by an encoder that training does not change; otherwise
  /// nil.
  package var vectors: TextVectors?
  /// The same texts as read by a word network alongside a transformer: one element, or none for models
  /// without such a network. An array, since a value cannot contain an optional value of its own type.
  package var companions: [EncodedTexts] = []

  /// No texts.
  public init() {}

  /// The number of texts.
  public var count: Int { offsets.count - 1 }

  /// The number of tokens of text `index`.
  public func length(_ index: Int) -> Int { offsets[index + 1] - offsets[index] }

  /// The ids of text `index`.
  public subscript(index: Int) -> ArraySlice<Int32> { tokenIDs[offsets[index]..<offsets[index + 1]] }

  /// Appends a text.
  public mutating func append(_ ids: some Sequence<Int32>) {
    tokenIDs.append(contentsOf: ids)
    offsets.append(tokenIDs.count)
  }

  /// Appends texts in order.
  public mutating func append(contentsOf other: EncodedTexts) {
    let base = tokenIDs.count
    tokenIDs.append(contentsOf: other.tokenIDs)
    offsets.append(contentsOf: other.offsets.dropFirst().map { $0 + base })
    if let rows = other.ngrams { ngrams?.append(contentsOf: rows) }
    if let own = other.letters { letters?.append(contentsOf: own) }
    if let own = other.sentences { sentences?.append(contentsOf: own) }
    if let own = other.vectors { vectors?.append(contentsOf: own) }
    for (index, own) in zip(companions.indices, other.companions) {
      companions[index].append(contentsOf: own)
    }
  }

  /// Reserves space for this many tokens and texts in total.
  public mutating func reserveCapacity(tokens: Int, texts: Int) {
    tokenIDs.reserveCapacity(tokens)
    offsets.reserveCapacity(texts + 1)
  }
}
