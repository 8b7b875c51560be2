import ArgumentParser
import Discern
import DiscernVocabulary

/// All choices between labelled texts and a trained classifier; the same wherever a model is made.
struct RecipeArguments: ParsableArguments {
  @Option(
    name: .customLong("recipe"),
    help: "A file of training choices (YAML); flags win. discern recipe show prints one.",
    completion: .file(extensions: ["yaml", "yml"]))
  var file: String?

  @OptionGroup(title: "Recipe options") var flags: ChoiceFlags

  /// The recipe that file and flags make, with the tokenizer of a vocabulary where they say nothing of it.
  func recipe(
    vocabulary: Vocabulary? = nil, at path: String? = nil, quiet: Bool = false
  ) throws -> TrainingRecipe {
    try flags.recipe(file: file, vocabulary: vocabulary, at: path, quiet: quiet)
  }
}

/// A flag for every recipe key.
struct ChoiceFlags: RecipeFlags {
  @OptionGroup var tokenizer: TokenizerArguments

  @Option(recipe: "max-size") var maxSize: String?
  @Option(recipe: "min-count") var minCount: String?
  @Option(recipe: "max-tokens") var maxTokens: String?
  @Option(recipe: "truncation") var truncation: String?
  @Option(recipe: "dev-fraction") var devFraction: String?

  @Option(recipe: "embedding-dim") var embeddingDim: String?
  @Flag(recipe: "freeze-embedding") var freezeEmbedding: Bool?
  @Option(recipe: "cell") var cell: String?
  @Option(recipe: "directions") var directions: String?
  @Option(recipe: "hidden") var hidden: String?
  @Option(recipe: "layers") var layers: String?
  @Flag(recipe: "residual") var residual: Bool?
  @Option(recipe: "layer-norm") var layerNorm: String?
  @Option(recipe: "batch-norm") var batchNorm: String?
  @Option(recipe: "pooling") var pooling: String?
  @Option(recipe: "attention-size") var attentionSize: String?
  @Option(recipe: "dropout") var dropout: String?
  @Option(recipe: "embedding-dropout") var embeddingDropout: String?
  @Option(recipe: "layer-dropout") var layerDropout: String?
  @Option(recipe: "dropout-kind") var dropoutKind: String?
  @Option(recipe: "word-dropout") var wordDropout: String?
  @Option(recipe: "weight-drop") var weightDrop: String?

  @Option(recipe: "epochs") var epochs: String?
  @Option(recipe: "dropout-to") var dropoutTo: String?
  @Option(recipe: "bptt") var bptt: String?
  @Option(recipe: "batch-size") var batchSize: String?
  @Option(recipe: "batch-tokens") var batchTokens: String?
  @Option(recipe: "bucket-window") var bucketWindow: String?
  @Option(recipe: "accumulate") var accumulate: String?
  @Option(recipe: "optimizer") var optimizer: String?
  @Option(recipe: "weight-decay") var weightDecay: String?
  @Option(recipe: "momentum") var momentum: String?
  @Option(recipe: "learning-rate") var learningRate: String?
  @Option(recipe: "schedule") var schedule: String?
  @Option(recipe: "warmup") var warmup: String?
  @Option(recipe: "plateau-patience") var plateauPatience: String?
  @Option(recipe: "schedule-epochs") var scheduleEpochs: String?
  @Option(recipe: "reduction") var reduction: String?
  @Option(recipe: "minimum-learning-rate") var minimumLearningRate: String?
  @Option(recipe: "ema") var ema: String?
  @Option(recipe: "clip-norm") var clipNorm: String?
  @Option(recipe: "label-smoothing") var labelSmoothing: String?
  @Option(recipe: "focal") var focal: String?
  @Option(recipe: "class-weights") var classWeights: [String] = []
  @Option(recipe: "task-weight") var taskWeight: [String] = []
  @Option(recipe: "adversarial") var adversarial: String?
  @Option(recipe: "epsilon") var epsilon: String?
  @Option(recipe: "adversarial-weight") var adversarialWeight: String?
  @Option(recipe: "metric") var metric: String?
  @Option(recipe: "task-metric") var taskMetric: [String] = []
  @Option(recipe: "watch") var watch: String?
  @Option(recipe: "patience") var patience: String?
  @Flag(recipe: "calibrate") var calibrate: Bool?
  @Option(recipe: "seed") var seed: String?
  @Option(recipe: "seeds") var seeds: String?
}
