/// The format of a vector file, which is determined by its content, not its name.
public enum VectorFormat: String, Sendable, Equatable {
  /// A token and its numbers on each line: GloVe's files, and word2vec's and fastText's `.vec`.
  case text
  /// The same, with tabs between the fields.
  case textWithTabs
  /// The format that word2vec and gensim call binary: a header line, then tokens and 32-bit numbers.
  case word2vecBinary
  /// fastText's model (`.bin`), in which a word's vector is the mean of the rows of the word and its letter
  /// n-grams.
  case fastTextBinary
}
