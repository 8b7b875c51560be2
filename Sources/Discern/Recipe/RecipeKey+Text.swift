import DiscernText

extension TokenizerConfiguration.Normalization: RecipeValue {}
extension TokenizerConfiguration.Punctuation: RecipeValue {}
extension TokenizerConfiguration.Numbers: RecipeValue {}

extension RecipeKey {
  /// How text is divided into words. ICU's version is not a setting.
  static let textKeys = [
    RecipeKey(
      "locale", \.tokenizer.locale,
      "Language of the texts, such as en, tr or zh; affects lower-casing and contractions."),
    RecipeKey("lowercase", \.tokenizer.lowercase, "Lower-case the text."),
    RecipeKey("html", \.tokenizer.html, "Strip HTML tags and decode entities."),
    RecipeKey("normalization", \.tokenizer.normalization, "Unicode normalisation."),
    RecipeKey("punctuation", \.tokenizer.punctuation, "What to do with punctuation."),
    RecipeKey("numbers", \.tokenizer.numbers, "What to do with numbers; zero: replace every digit by 0."),
    RecipeKey(
      "split-contractions",
      "Split English contractions as GloVe does: do n't. Default: if the locale is English.",
      read: { $0.tokenizer.splitsContractions }, write: { $0.tokenizer.splitContractions = $1 },
      isImplied: { $0.tokenizer.splitContractions == nil }),
    RecipeKey(
      "join-punctuation-runs", \.tokenizer.joinPunctuationRuns,
      "Join runs of dots, hyphens and quotes into the single token that GloVe has: ... and --."),
  ]
}
