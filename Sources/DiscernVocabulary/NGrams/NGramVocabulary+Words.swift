extension NGramVocabulary {
  /// The words that occur alone or in longer n-grams; none if n-grams are hashed.
  package var knownWords: [String] { (0..<words.count).map { String(decoding: words[$0], as: UTF8.self) } }
}
