import DiscernVocabulary

extension ModelKind: RecipeValue {}

/// A weighting, or the choice of the best by measurement.
struct WeightingChoice: RecipeValue {
  let weighting: NGramConfiguration.Weighting?

  init(_ weighting: NGramConfiguration.Weighting?) { self.weighting = weighting }

  private static let automatic = "auto"

  static var recipeForm: RecipeKey.Form {
    .choice([automatic] + NGramConfiguration.Weighting.allCases.map(\.rawValue))
  }

  init?(recipeText: String) {
    if recipeText == Self.automatic {
      self.init(nil)
      return
    }
    guard let weighting = NGramConfiguration.Weighting(rawValue: recipeText) else { return nil }
    self.init(weighting)
  }

  var recipeText: String { weighting?.rawValue ?? Self.automatic }
}

/// The fewest and the most letters of an n-gram.
struct LetterOrders: RecipeValue, Equatable {
  let shortest: Int
  /// 0: none.
  let longest: Int

  init(shortest: Int, longest: Int) {
    self.shortest = shortest
    self.longest = longest
  }

  static var recipeForm: RecipeKey.Form {
    .text("two numbers from 1 on, the lower one first, such as 2-5, or none")
  }

  init?(recipeText: String) {
    if recipeText == "none" {
      self.init(shortest: 1, longest: 0)
      return
    }
    let parts = recipeText.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let shortest = Int(parts[0]), let longest = Int(parts[1]), shortest >= 1,
      longest >= shortest
    else { return nil }
    self.init(shortest: shortest, longest: longest)
  }

  var recipeText: String { longest == 0 ? "none" : "\(shortest)-\(longest)" }
}

extension RecipeKey {
  /// The wide model's shape.
  static let ngramKeys = [
    RecipeKey("word-ngrams", \.ngrams.longestWords, "Words of an n-gram, at most; 0: no n-grams of words."),
    RecipeKey(
      "letter-ngrams", "Letters of an n-gram inside words, fewest and most; none: no n-grams of letters.",
      read: { LetterOrders(shortest: $0.ngrams.shortestLetters, longest: $0.ngrams.longestLetters) },
      write: {
        $0.ngrams.shortestLetters = $1.shortest
        $0.ngrams.longestLetters = $1.longest
      }),
    RecipeKey(
      "letter-scale", \.ngrams.letterScale, "What the numbers of n-grams of letters are multiplied by."),
    RecipeKey("ngram-min-count", \.ngrams.minimumCount, "Leave out n-grams that fewer texts have."),
    RecipeKey("max-ngrams", \.ngrams.maximumFeatures, "N-grams, at most; those that most texts have."),
    RecipeKey(
      "ngram-weighting",
      "What an n-gram counts: tfidf; nb: its log-count ratio of the labels; nb-tfidf: both; auto: what is "
        + "better on texts that were not learned from.",
      read: { WeightingChoice($0.ngrams.weighting) }, write: { $0.ngrams.weighting = $1.weighting }),
    RecipeKey(
      "ngram-strength",
      "The inverse of the n-grams' regularisation (C); 0: found on texts that were not learned from.",
      read: { $0.ngrams.strength ?? 0 }, write: { $0.ngrams.strength = $1 == 0 ? nil : $1 }),
    RecipeKey(
      "ngram-hash-bits",
      "Let n-grams share 2^N numbers, which bounds memory and loses their names; 0: keep them by name.",
      read: { $0.ngrams.hashBits ?? 0 }, write: { $0.ngrams.hashBits = $1 == 0 ? nil : $1 }),
  ]
}
