extension NGramVocabulary {
  /// The words that stand alone or in longer n-grams; none where n-grams are hashed.
  package var knownWords: [String] { (0..<words.count).map { String(decoding: words[$0], as: UTF8.self) } }
}
