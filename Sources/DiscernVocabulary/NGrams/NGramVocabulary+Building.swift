extension NGramVocabulary {
  /// The n-grams of texts. Cost: several passes over the texts, one per length.
  ///
  /// - Parameters:
  ///   - configuration: must be valid.
  ///   - isInterrupted: called from time to time; once it returns true, the result must not be used.
  package init(
    of texts: WordTexts, _ configuration: NGramConfiguration,
    isInterrupted: @escaping @Sendable () -> Bool = { false }
  ) {
    guard let bits = configuration.hashBits else {
      var builder = NGramBuilder(texts, configuration)
      self.init(builder.list(isInterrupted), textCount: texts.count, configuration)
      return
    }
    let counts = [Int32](repeating: 0, count: 1 << bits)
    let empty = NGramVocabulary(
      hashedCounts: counts, textCount: texts.count, bits: bits, configuration)
    self.init(
      hashedCounts: empty.counted(texts, isInterrupted), textCount: texts.count, bits: bits, configuration)
  }

  /// The number of given texts that have each feature.
  private func counted(_ texts: WordTexts, _ isInterrupted: @escaping @Sendable () -> Bool) -> [Int32] {
    var counts = [Int32](repeating: 0, count: count)
    // Part by part, since all rows at once would take more memory than the rest.
    let size = 1 << 14
    for start in stride(from: 0, to: texts.count, by: size) {
      let part = texts.selecting(Array(start..<min(texts.count, start + size)))
      for feature in rows(of: part, isInterrupted: isInterrupted).features { counts[Int(feature)] += 1 }
    }
    return counts
  }
}
