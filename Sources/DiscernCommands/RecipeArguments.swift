import ArgumentParser
import Discern
import DiscernVocabulary

/// All settings for training a classifier on labelled texts, the same in every command that trains one: a
/// recipe file, and a flag for every key. Flags without a title are listed with a command's own options.
///
/// Groups are not nested more deeply: in debug builds, the parser checks each level four times.
struct RecipeArguments: RecipeFlags {
  @Option(
    name: .customLong("recipe"),
    help: ArgumentHelp(
      "Recipe: a YAML file of training settings, which flags override; discern recipe show prints "
        + "one.", valueName: "path"),
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String?

  @Option(recipe: "model") var model: String?
  @Option(recipe: "epochs") var epochs: String?

  @OptionGroup(title: "Text") var tokenizer: TokenizerArguments
  @OptionGroup(title: "Vocabulary and lengths") var data: DataFlags
  @OptionGroup(title: "N-grams") var ngrams: NGramFlags
  @OptionGroup(title: "Network") var network: ModelFlags
  @OptionGroup(title: "Dropout") var dropout: DropoutFlags
  @OptionGroup(title: "Training") var training: TrainingFlags
  @OptionGroup(title: "Learning rate") var rate: LearningRateFlags
  @OptionGroup(title: "Loss") var loss: LossFlags
  @OptionGroup(title: "Selection and calibration") var selection: SelectionFlags

  /// The recipe from file and flags, with the tokenizer of a vocabulary if they do not set one.
  ///
  /// - Parameters:
  ///   - base: the recipe of a model to grow from; its values apply unless others are given.
  ///   - pretrained: the encoder whose tokenizer and network apply unless others are given.
  ///   - packed: the texts whose words, lengths and kind of model apply unless others are given.
  ///   - only: the kind of model to which a command is limited, as if given by a flag.
  ///   - options: other given options that determine some keys, without dashes, such as `vocab`.
  func recipe(
    base: TrainingRecipe? = nil, pretrained: PretrainedEncoder? = nil, packed: PackedTexts? = nil,
    only: ModelKind? = nil, beside options: Set<String> = [], vocabulary: Vocabulary? = nil,
    at path: String? = nil,
    quiet: Bool = false
  ) throws -> TrainingRecipe {
    try recipe(
      base: base, pretrained: pretrained, packed: packed, file: file, only: only, beside: options,
      vocabulary: vocabulary,
      at: path, quiet: quiet)
  }
}
