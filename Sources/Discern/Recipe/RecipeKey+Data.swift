import DiscernCorpus

extension Truncation: RecipeValue {}
extension DevelopmentSplit: RecipeValue {}

extension RecipeKey {
  /// The kind of model, its words, and the division of the texts.
  static let dataKeys = [
    RecipeKey(
      "model", \.model,
      "What judges a text: n-grams of words and letters (linear), a network (recurrent, or the pretrained "
        + "transformer of --pretrained), or both, joined."),
    RecipeKey(
      "vocab-size", formerly: ["max-size"], \.vocabularySize,
      "Words of the vocabulary that is built, <pad> and <unk> included."),
    RecipeKey("min-count", \.minimumCount, "Leave rarer words out of the vocabulary that is built."),
    RecipeKey(
      "max-tokens", "Cut longer texts; 0: never.",
      read: { $0.maximumTokens ?? 0 }, write: { $0.maximumTokens = $1 == 0 ? nil : $1 }),
    RecipeKey("truncation", \.truncation, "Which part of a text that is too long is kept."),
    RecipeKey(
      "validation-fraction", formerly: ["dev-fraction"], \.validationFraction,
      "The share of --train that is held out, stratified, when there is no --dev."),
    RecipeKey(
      "dev-split", \.developmentSplit,
      "What stays on one side when it is held out: near-duplicates: texts with seven tenths of their word "
        + "triples in common."),
  ]
}
