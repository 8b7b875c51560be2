import DiscernVocabulary

/// Training texts.
enum NGramTexts {
  static func words(_ texts: [String]) -> WordTexts {
    var result = WordTexts()
    for text in texts { result.append(words: text.split(separator: " ").map(String.init)) }
    return result
  }

  /// As in scikit-learn's figures.
  static var configuration: NGramConfiguration {
    var result = NGramConfiguration()
    result.letterScale = 1
    result.weighting = .tfidf
    result.strength = 3
    return result
  }

  /// Texts, some of which are uninformative.
  static func random(_ count: Int, labels: Int, seed: UInt64 = 1) -> (
    texts: WordTexts, [Int32]
  ) {
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var numbers: [Int32] = []
    let list = (0..<count).map { _ in
      let label = next(labels)
      numbers.append(Int32(label))
      return (0..<next(9)).map { _ in next(3) == 0 ? "sign\(label)" : "word\(next(40))" }
        .joined(separator: " ")
    }
    return (words(list), numbers)
  }
}
