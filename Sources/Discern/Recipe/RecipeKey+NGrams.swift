import DiscernVocabulary

extension ModelKind: RecipeValue {}

/// A weighting, or `auto`: the best one by measurement.
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

/// The minimum and maximum number of letters of an n-gram.
struct LetterOrders: RecipeValue, Equatable {
  let shortest: Int
  /// 0: no n-grams of letters.
  let longest: Int

  init(shortest: Int, longest: Int) {
    self.shortest = shortest
    self.longest = longest
  }

  static var recipeForm: RecipeKey.Form {
    .text("two numbers from 1, the smaller one first, such as 2-5, or none")
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
  /// The keys of the n-gram model.
  static let ngramKeys = [
    RecipeKey("word-ngrams", \.ngrams.longestWords, "Maximum length of word n-grams; 0: no word n-grams."),
    RecipeKey(
      "letter-ngrams",
      "Minimum and maximum length of character n-grams within words; none: no character "
        + "n-grams.",
      read: { LetterOrders(shortest: $0.ngrams.shortestLetters, longest: $0.ngrams.longestLetters) },
      write: {
        $0.ngrams.shortestLetters = $1.shortest
        $0.ngrams.longestLetters = $1.longest
      }),
    RecipeKey(
      "letter-scale", \.ngrams.letterScale,
      "Factor by which the values of character n-grams are "
        + "multiplied."),
    RecipeKey("ngram-min-count", \.ngrams.minimumCount, "Minimum number of texts in which an n-gram occurs."),
    RecipeKey(
      "max-ngrams", \.ngrams.maximumFeatures,
      "Maximum number of n-grams; those that occur in the "
        + "most texts are kept."),
    RecipeKey(
      "ngram-weighting",
      "Weighting of n-grams: tfidf; nb: naive Bayes log-count ratios; nb-tfidf: both; auto: the best one on "
        + "held-out texts.",
      read: { WeightingChoice($0.ngrams.weighting) }, write: { $0.ngrams.weighting = $1.weighting }),
    RecipeKey(
      "ngram-strength",
      "Inverse regularisation strength (C) of the n-gram model; 0: found on held-out texts.",
      read: { $0.ngrams.strength ?? 0 }, write: { $0.ngrams.strength = $1 == 0 ? nil : $1 }),
    RecipeKey(
      "ngram-hash-bits",
      "Hash n-grams into 2^N buckets, which bounds memory but loses their texts; 0: no hashing.",
      read: { $0.ngrams.hashBits ?? 0 }, write: { $0.ngrams.hashBits = $1 == 0 ? nil : $1 }),
  ]
}
