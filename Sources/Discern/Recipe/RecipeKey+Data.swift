import DiscernCorpus

extension Truncation: RecipeValue {}
extension DevelopmentSplit: RecipeValue {}

extension RecipeKey {
  /// The kind of model, its words, and the division of the texts.
  static let dataKeys = [
    RecipeKey(
      "model", \.model,
      "Kind of model: a linear one on word and character n-grams, a network (recurrent, or the transformer "
        + "of --pretrained), or both, joined."),
    RecipeKey(
      "vocab-size", formerly: ["max-size"], \.vocabularySize,
      "Maximum size of the vocabulary that is built, including <pad> and <unk>."),
    RecipeKey("min-count", \.minimumCount, "Minimum count of a word in the vocabulary that is built."),
    RecipeKey(
      "max-tokens", "Maximum number of tokens of a text; longer ones are truncated; 0: no limit.",
      read: { $0.maximumTokens ?? 0 }, write: { $0.maximumTokens = $1 == 0 ? nil : $1 }),
    RecipeKey("truncation", \.truncation, "Which part of a text is kept when it is truncated."),
    RecipeKey(
      "validation-fraction", formerly: ["dev-fraction"], \.validationFraction,
      "Fraction of --train that is held out, stratified by label, when there is no --dev."),
    RecipeKey(
      "dev-split", \.developmentSplit,
      "How texts are held out; near-duplicates: texts that share seven tenths of their word trigrams stay on "
        + "one side."),
  ]
}
